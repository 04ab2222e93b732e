"""A statement of a migration that requests would wait for is found, and what nobody waits for is let be."""

import pytest
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connections, models
from django.db.migrations import RunSQL
from django.db.migrations import operations as do
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.db.models.functions import Random

from shop.building_blocks.database.operations import WithoutBlocking
from tests.database.steps import a_migration
from tools.blocking_migrations import blocking_statements, in_transaction

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(databases=["inventory"])]

NAME = models.CharField(max_length=32)


def held_up(*migrations: list[Operation], atomic: bool = True) -> list[str]:
    """By a release of these migrations, which is looked at and not applied."""
    connection = connections.create_connection("inventory")
    state = MigrationLoader(connection).project_state()
    written = []
    for operations in migrations:
        with connection.schema_editor(collect_sql=True, atomic=atomic) as editor:
            state = a_migration("inventory", *operations, atomic=atomic).apply(
                state, editor, collect_sql=True
            )
        written.append(in_transaction(editor.collected_sql, atomic=atomic))
    connection.close()
    return blocking_statements("\n".join(written))


INDEX = Index(fields=["version"], name="stock_version")
CHECK = CheckConstraint(condition=Q(version__lt=10**9), name="stock_version_is_low")
BLOCKS: dict[str, tuple[str, Operation]] = {
    "an index": ("CREATE INDEX", do.AddIndex("stock", INDEX)),
    "an index of a column": (
        "CREATE INDEX",
        do.AddField("stock", "n", models.IntegerField(null=True, db_index=True)),
    ),
    "an index that goes": ("DROP INDEX", do.AlterField("stock", "sku", NAME)),
    "a check": ("ADD CONSTRAINT", do.AddConstraint("stock", CHECK)),
    "a rule that values are unique": (
        "ADD CONSTRAINT",
        do.AddConstraint("stock", UniqueConstraint(fields=["sku"], name="stock_sku")),
    ),
    "a foreign key": (
        "REFERENCES",
        do.AddField("stock", "twin", models.ForeignKey("inventory.Stock", models.PROTECT, null=True)),
    ),
    "a column that must be given from now on": (
        "SET NOT NULL",
        do.AlterField("stock", "closed_at", models.DateTimeField()),
    ),
    "a column with another value in each row": (
        "DEFAULT",
        do.AddField("stock", "luck", models.FloatField(db_default=Random())),
    ),
    "an index made CONCURRENTLY in a transaction": (
        "CONCURRENTLY",
        RunSQL("CREATE INDEX CONCURRENTLY a ON b (c)"),
    ),
    "what nobody can read": ("CREATE INDX", RunSQL("CREATE INDX a ON b (c)")),
}
LETS_BE: dict[str, list[Operation]] = {
    "a new table with all that belongs to it": [
        do.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True)), ("name", NAME)]),
        do.AddConstraint("shelf", UniqueConstraint(fields=["name"], name="shelf_name")),
        do.AddIndex("shelf", Index(fields=["name"], name="shelf_names")),
    ],
    "a new column": [do.AddField("stock", "colour", models.CharField(db_default="white"))],
    "a check for what is new": [WithoutBlocking(AddConstraintNotValid("stock", CHECK))],
}


@pytest.mark.parametrize("change", BLOCKS)
def test_a_statement_that_requests_would_wait_for_is_found(change: str) -> None:
    statement, operation = BLOCKS[change]

    assert [one for one in held_up([operation]) if statement in one]


@pytest.mark.parametrize("change", LETS_BE)
def test_a_statement_that_nobody_waits_for_is_let_be(change: str) -> None:
    assert held_up(LETS_BE[change]) == []


def test_a_check_is_validated_in_a_transaction_of_its_own() -> None:
    add, validate = AddConstraintNotValid("stock", CHECK), ValidateConstraint("stock", CHECK.name)

    assert held_up([add], [validate]) == []
    assert held_up([add, validate])


def test_an_index_is_made_and_dropped_beside_the_rest_outside_a_transaction() -> None:
    add, remove = AddIndexConcurrently("stock", INDEX), RemoveIndexConcurrently("stock", INDEX.name)

    assert held_up([WithoutBlocking(add)], [WithoutBlocking(remove)], atomic=False) == []
