"""A module's process started with another one's database says so, before it serves or writes anything."""

from collections.abc import Sequence
from typing import Any

import psycopg
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from shop.building_blocks import modules

_FACTS = """
    SELECT pg_get_userbyid(own.nspowner),
           pg_has_role(own.nspowner, 'USAGE'),
           has_database_privilege(current_database(), 'CREATE'),
           ARRAY(SELECT nspname::text FROM pg_namespace WHERE nspname = ANY(%s) ORDER BY nspname)
    FROM (VALUES (1)) one LEFT JOIN pg_namespace own ON own.nspname = %s
"""
_OWNED = """
    SELECT nspname::text FROM pg_namespace
    WHERE nspowner = to_regrole(quote_ident(%s)) AND nspname = ANY(%s)
"""
_NO_ENTRY = "permission denied for database"
"""What PostgreSQL says on connecting; there is no SQLSTATE with it."""


def every_schema_is_its_modules_own(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """System check of the tag ``database``, so for the aliases that a command names."""
    found = {alias: objection(alias) for alias in databases or () if alias in modules.names()}
    return [Error(why, id="shop.E013") for why in found.values() if why]


def refuse_foreign_databases() -> None:
    """Raises ImproperlyConfigured, with what to do, when the database of a module here is another's."""
    for module in modules.names():
        if why := objection(module):
            raise ImproperlyConfigured(why)


def refuse_roles_of_others(admin_url: str, module: str) -> None:
    """Raises ImproperlyConfigured before a schema is made for the role of another module, or handed to it.

    That is a role that has nothing of the module yet, but the schema of one that this process does not have.
    """
    config = connections.settings[module]
    aliases = [connections.settings[one] for one in modules.names()]
    ours = {one.get("SCHEMA") for one in aliases if one.get("USER") == config["USER"]}
    with psycopg.connect(admin_url, dbname=config["NAME"]) as admin:
        rows = admin.execute(_OWNED, [config["USER"], [one.label for one in modules.known()]])
        owned = {schema for (schema,) in rows}
    if config["SCHEMA"] not in owned and (others := owned - ours):
        reason = f"where that has the schema {', '.join(sorted(others))}"
        raise ImproperlyConfigured(_sentence(module, config, reason))


def objection(module: str) -> str | None:
    """Why a database cannot be the module's, in a sentence; None when it can, or is not there to be asked.

    On a connection of its own: what asks may fork later.
    """
    connection = connections.create_connection(module)
    if connection.vendor != "postgresql":
        return None
    config = connection.settings_dict
    try:
        with connection.cursor() as cursor:
            cursor.execute(_FACTS, [[one.label for one in modules.known()], config["SCHEMA"]])
            reason = _reason(config, *cursor.fetchone())
    except DatabaseError as error:
        reason = "which does not let it in" if _NO_ENTRY in str(error) else None
    finally:
        connection.close()
    return _sentence(module, config, reason) if reason else None


def _reason(
    config: dict[str, Any], owner: str | None, is_ours: bool, may_create: bool, schemas: list[str]
) -> str | None:
    schema = config["SCHEMA"]
    if owner is not None:
        return None if is_ours else f"where the schema {schema} belongs to {owner}"
    if others := set(schemas) - _neighbours(config):
        return f"which has no schema {schema} but that of {', '.join(sorted(others))}"
    return None if may_create else f"which has no schema {schema}, and does not let it make one"


def _neighbours(config: dict[str, Any]) -> set[str]:
    """The modules that this process is told to keep in the same database."""
    place = ("HOST", "PORT", "NAME")
    settings = [connections.settings[module] for module in modules.names()]
    return {one["SCHEMA"] for one in settings if "SCHEMA" in one and all(one[k] == config[k] for k in place)}


def _sentence(module: str, config: dict[str, Any], reason: str) -> str:
    return (
        f"{module} logs in as {config['USER']} to the database {config['NAME']}, {reason}: set "
        f"{module.upper()}_DATABASE_URL to its own role and database, made by `manage.py create_roles`."
    )
