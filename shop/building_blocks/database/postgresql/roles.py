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
_FORMER_OWNER = """
    SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = %(schema)s
        AND nspowner <> to_regrole(quote_ident(%(role)s)) AND NOT EXISTS (
            SELECT FROM pg_namespace WHERE nspowner = to_regrole(quote_ident(%(role)s))
        )
"""
"""None when the role has another schema, too: who is let into that would reach more than before."""
_OF_OTHERS = """
    SELECT format('ALTER TABLE %%s OWNER TO %%I', oid::regclass, %(role)s::text) FROM pg_class
    WHERE relnamespace = to_regnamespace(quote_ident(%(schema)s)) AND relkind IN ('r', 'p', 'v', 'm')
        AND pg_get_userbyid(relowner) <> %(role)s
    UNION ALL
    SELECT format('ALTER ROUTINE %%s OWNER TO %%I', oid::regprocedure, %(role)s::text) FROM pg_proc
    WHERE pronamespace = to_regnamespace(quote_ident(%(schema)s)) AND pg_get_userbyid(proowner) <> %(role)s
"""
"""Sequences go with the tables that they belong to."""


def provision(
    admin_url: str,
    database: str,
    aliases: Iterable[Mapping[str, Any]],
    extensions: Iterable[str],
    lock_timeout: float = 5.0,
) -> None:
    """Create the roles, schemas and extensions of ``aliases`` in a database, or bring them up to date.

    ``aliases`` are entries of DATABASES with SCHEMA, USER and PASSWORD; ``admin_url`` is of a role that
    may create roles. Safe to repeat, and to run from several processes at once.

    A schema that another role has is handed over with what is in it. Processes that log in as that one work
    on: it becomes a member of the new one, and whoever has restarted them all takes that back. Raises
    LockNotAvailable when a table of it is in use for longer than ``lock_timeout`` seconds: whoever wants it
    would wait behind us.
    """
    with (
        psycopg.connect(admin_url, autocommit=True) as server,
        psycopg.connect(admin_url, dbname=database, autocommit=True) as here,
    ):
        here.execute("SELECT set_config('lock_timeout', %s, false)", [f"{lock_timeout * 1000:.0f}"])
        server.execute(_ONE_AT_A_TIME)  # roles are the server's; an advisory lock is its database's
        here.execute(SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(Identifier(database)))
        here.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        here.execute(f"CREATE SCHEMA IF NOT EXISTS {EXTENSIONS}")
        for extension in extensions:
            create = SQL(f"CREATE EXTENSION IF NOT EXISTS {{}} SCHEMA {EXTENSIONS}")
            here.execute(create.format(Identifier(extension)))
        for alias in aliases:
            _role(server, alias["USER"], alias["PASSWORD"])
            _let_in(here, database, alias["SCHEMA"], alias["USER"])
            for statement in _schema(database, alias["SCHEMA"], alias["USER"]):
                here.execute(statement)
            _hand_over(here, alias["SCHEMA"], alias["USER"])


def _role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = SQL("ALTER" if known else "CREATE")
    connection.execute(SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, Identifier(role), Literal(password)))


def _let_in(connection: psycopg.Connection[Any], database: str, schema: str, role: str) -> None:
    """The former owner, before there is anything that it would miss."""
    names = {"schema": schema, "role": role}
    for (former,) in connection.execute(_FORMER_OWNER, names).fetchall():
        connect = SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}")
        connection.execute(connect.format(Identifier(database), Identifier(former)))
        connection.execute(SQL("GRANT {} TO {}").format(Identifier(role), Identifier(former)))


def _hand_over(connection: psycopg.Connection[Any], schema: str, role: str) -> None:
    """One table at a time: nobody waits for two of them."""
    statements = connection.execute(_OF_OTHERS, {"schema": schema, "role": role}).fetchall()
    for (statement,) in statements:
        connection.execute(statement)


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
