"""PostgreSQL itself keeps the modules apart: the denial matrix, for every ordered pair and every verb."""

from itertools import permutations

import psycopg
import pytest
from django.conf import settings
from django.db import connections
from psycopg.errors import InsufficientPrivilege

from shop.building_blocks.database.postgresql.roles import EXTENSIONS

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]  # so that the databases are made

VERBS = {
    "read": "SELECT * FROM {table}",
    "count": "SELECT count(*) FROM {table}",
    "join": "SELECT * FROM {own} JOIN {table} ON true",
    "insert": "INSERT INTO {table} DEFAULT VALUES",
    "update": "UPDATE {table} SET id = id",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
    "lock": "LOCK TABLE {table}",
    "alter": "ALTER TABLE {table} ADD COLUMN mine int",
    "drop": "DROP TABLE {table}",
    "refer to": "CREATE TABLE {schema}_mine (id bigint REFERENCES {table} (id))",
    "watch": "CREATE TRIGGER mine AFTER INSERT ON {table} EXECUTE FUNCTION now()",
    "create in the schema of": "CREATE TABLE {schema}.mine (id bigint)",
    "become": "SET ROLE {role}",
}


def log_in_as(module: str) -> psycopg.Connection[tuple[object, ...]]:
    """A session of the module's own role, outside of Django."""
    connection = connections[module]
    return psycopg.connect(**connection.get_connection_params(), autocommit=True)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("module", "other"), list(permutations(settings.SHOP_MODULES, 2)))
def test_a_module_cannot(module: str, other: str, verb: str) -> None:
    statement = VERBS[verb].format(
        own=f"{module}_outboxmessage",
        table=f"{other}.{other}_outboxmessage",
        schema=other,
        role=connections[other].settings_dict["USER"],
    )

    with (
        log_in_as(module) as session,
        pytest.raises(InsufficientPrivilege, match="permission denied"),
        session.transaction(),
    ):
        session.execute(statement)


@pytest.mark.parametrize("module", settings.SHOP_MODULES)
def test_a_module_can_use_its_own_tables(module: str) -> None:
    with log_in_as(module) as session:
        assert session.execute(f"SELECT count(*) FROM {module}_outboxmessage").fetchone() == (0,)


@pytest.mark.parametrize("module", settings.SHOP_MODULES)
@pytest.mark.parametrize("statement", ["CREATE TABLE public.mine (id int)", "CREATE SCHEMA mine"])
def test_a_module_has_no_place_outside_its_schema(module: str, statement: str) -> None:
    with log_in_as(module) as session, pytest.raises(InsufficientPrivilege):
        session.execute(statement)


@pytest.mark.parametrize("module", settings.SHOP_MODULES)
def test_a_module_can_use_what_extensions_define_and_define_nothing_there(module: str) -> None:
    with log_in_as(module) as session:
        assert session.execute("SELECT similarity('mug', 'mug')").fetchone() == (1,)
        with pytest.raises(InsufficientPrivilege):
            session.execute(f"CREATE TABLE {EXTENSIONS}.mine (id int)")


def test_a_stranger_cannot_even_connect() -> None:
    params = connections["catalog"].get_connection_params()
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
        admin.execute("DROP ROLE IF EXISTS test_shop_stranger")
        admin.execute("CREATE ROLE test_shop_stranger LOGIN PASSWORD 'stranger'")
        try:
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(**params | {"user": "test_shop_stranger", "password": "stranger"})
        finally:
            admin.execute("DROP ROLE test_shop_stranger")
