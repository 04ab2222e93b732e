"""One LOGIN role per module, which owns its module's schema and can reach nothing else.

A search path is only a name: with one role, ``SELECT ... FROM inventory.stock`` works from every alias.
Grants are the wall, and PostgreSQL itself keeps it. What extensions define is in a schema of the
administrator's that every module may use: a database can have an extension only once.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import psycopg
from psycopg.sql import SQL, Composed, Identifier, Literal

EXTENSIONS = "extensions"
"""The schema of the extensions."""
_ONE_AT_A_TIME = "SELECT pg_advisory_lock(hashtext('shop: provision'))"


def provision(
    admin_url: str, database: str, aliases: Iterable[Mapping[str, Any]], extensions: Iterable[str]
) -> None:
    """Create the roles, schemas and extensions of ``aliases`` in a database, or bring them up to date.

    ``aliases`` are entries of DATABASES with SCHEMA, USER and PASSWORD; ``admin_url`` is of a role that
    may create roles. Safe to repeat, and to run from several processes at once.
    """
    with (
        psycopg.connect(admin_url, autocommit=True) as server,
        psycopg.connect(admin_url, dbname=database, autocommit=True) as here,
    ):
        server.execute(_ONE_AT_A_TIME)  # roles are the server's; an advisory lock is its database's
        here.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(database)))
        here.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        here.execute(f"CREATE SCHEMA IF NOT EXISTS {EXTENSIONS}")
        for extension in extensions:
            create = SQL(f"CREATE EXTENSION IF NOT EXISTS {{}} SCHEMA {EXTENSIONS}")
            here.execute(create.format(Identifier(extension)))
        for alias in aliases:
            _role(server, alias["USER"], alias["PASSWORD"])
            for statement in _schema(database, alias["SCHEMA"], alias["USER"]):
                here.execute(statement)


def _role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = SQL("ALTER" if known else "CREATE")
    connection.execute(SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, Identifier(role), Literal(password)))


def _schema(database: str, schema: str, role: str) -> list[Composed]:
    names = {"db": Identifier(database), "schema": Identifier(schema), "role": Identifier(role)}
    return [
        SQL(statement).format(**names)
        for statement in (
            "GRANT CONNECT, TEMPORARY ON DATABASE {db} TO {role}",
            "GRANT {role} TO CURRENT_USER",
            "CREATE SCHEMA IF NOT EXISTS {schema} AUTHORIZATION {role}",
            "ALTER SCHEMA {schema} OWNER TO {role}",
            f"GRANT USAGE ON SCHEMA {EXTENSIONS} TO {{role}}",
            f"ALTER ROLE {{role}} IN DATABASE {{db}} SET search_path = {{schema}}, {EXTENSIONS}",
        )
    ]
