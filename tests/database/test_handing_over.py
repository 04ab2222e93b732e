"""A module gets a role of its own where one role had everything, and nobody has to stop for it."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from psycopg.errors import InsufficientPrivilege, LockNotAvailable
from psycopg.sql import SQL, Identifier

from shop.building_blocks.database.postgresql.roles import provision

pytestmark = pytest.mark.postgresql

NAME = f"test_handing_over_{os.getpid()}"
EVERYBODY, OWN = f"{NAME}_everybody", f"{NAME}_inventory"
TABLES = """
    CREATE TABLE {schema}.place (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    CREATE TABLE {schema}.thing (id bigserial PRIMARY KEY, place bigint REFERENCES {schema}.place (id));
    CREATE FUNCTION {schema}.guard() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER guard BEFORE INSERT ON {schema}.thing FOR EACH ROW EXECUTE FUNCTION {schema}.guard();
    INSERT INTO {schema}.place DEFAULT VALUES;
"""
WRITE = "INSERT INTO inventory.thing (place) VALUES (1)"


def alias(schema: str, role: str) -> dict[str, str]:
    return {"SCHEMA": schema, "USER": role, "PASSWORD": "secret"}


def log_in_as(role: str) -> psycopg.Connection[tuple[object, ...]]:
    server = urlsplit(settings.DATABASE_ADMIN_URL).netloc.rpartition("@")[2]
    return psycopg.connect(f"postgres://{role}:secret@{server}/{NAME}", autocommit=True)


def hand_over_to(role: str) -> None:
    provision(settings.DATABASE_ADMIN_URL, NAME, [alias("inventory", role)], [])


@pytest.fixture
def admin() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Of a database in which one role has two modules' schemas."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as admin:
        admin.execute(SQL("CREATE DATABASE {}").format(Identifier(NAME)))
        shared = [alias(schema, EVERYBODY) for schema in ("catalog", "inventory")]
        provision(settings.DATABASE_ADMIN_URL, NAME, shared, [])
        with log_in_as(EVERYBODY) as session:
            for one in shared:
                session.execute(TABLES.format(schema=one["SCHEMA"]))
        yield admin
        admin.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(NAME)))
        for role in (EVERYBODY, OWN):
            admin.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(role)))


@pytest.mark.usefixtures("admin")
def test_all_of_the_module_is_its_own_roles_and_nothing_else_is() -> None:
    hand_over_to(OWN)
    hand_over_to(OWN)  # again, as nobody remembers whether it was done

    with log_in_as(OWN) as session:
        session.execute(WRITE)
        session.execute("ALTER TABLE inventory.thing ADD COLUMN colour text")
        session.execute("ALTER FUNCTION inventory.guard() RENAME TO guards")
        with pytest.raises(InsufficientPrivilege):
            session.execute("SELECT * FROM catalog.thing")


def test_processes_that_log_in_as_before_work_on_until_that_is_taken_back(
    admin: psycopg.Connection[tuple[object, ...]],
) -> None:
    with log_in_as(EVERYBODY) as before:
        hand_over_to(OWN)

        before.execute(WRITE)
        with log_in_as(EVERYBODY) as later:
            later.execute(WRITE)
            later.execute("SELECT * FROM catalog.thing")

        admin.execute(SQL("REVOKE {} FROM {}").format(Identifier(OWN), Identifier(EVERYBODY)))
        with pytest.raises(InsufficientPrivilege):
            before.execute(WRITE)


@pytest.mark.usefixtures("admin")
def test_nobody_waits_behind_the_handing_over_of_a_table_that_is_in_use_for_long() -> None:
    with log_in_as(EVERYBODY) as report:
        report.autocommit = False
        report.execute("SELECT * FROM inventory.thing")
        shares = [alias("inventory", OWN)]
        with pytest.raises(LockNotAvailable):
            provision(settings.DATABASE_ADMIN_URL, NAME, shares, [], lock_timeout=0.2)

    hand_over_to(OWN)

    with log_in_as(OWN) as session:
        session.execute("ALTER TABLE inventory.thing ADD COLUMN colour text")


def test_a_former_owner_is_not_let_into_what_was_never_its_own(
    admin: psycopg.Connection[tuple[object, ...]],
) -> None:
    """As by the URL of another module."""
    hand_over_to(OWN)
    admin.execute(SQL("REVOKE {} FROM {}").format(Identifier(OWN), Identifier(EVERYBODY)))

    hand_over_to(EVERYBODY)

    with log_in_as(OWN) as session, pytest.raises(InsufficientPrivilege):
        session.execute("SELECT * FROM catalog.thing")
