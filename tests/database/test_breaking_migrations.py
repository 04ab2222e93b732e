"""What a migration takes from the version that still runs is found, and what it need not know is let be."""

import pytest
from django.db import connections, models
from django.db.migrations import RunSQL
from django.db.migrations import operations as do
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import F

from shop.modules.inventory.models import Reservation, Stock
from tests.database.steps import a_migration
from tools.breaking_migrations import COLUMNS, Tables, breaking_changes, tables

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(databases=["inventory"])]

MODELS = {
    model._meta.db_table: {str(field.column): field.null for field in model._meta.local_concrete_fields}
    for model in (Stock, Reservation)
}
NAME = models.CharField(max_length=32)


def schema() -> Tables:
    with connections["inventory"].cursor() as cursor:
        cursor.execute(COLUMNS.format("inventory"))
        return tables(cursor.fetchall())


def found(*operations: Operation) -> list[str]:
    """What does not fit after these."""
    before, connection = schema(), connections["inventory"]
    with connection.schema_editor() as editor:
        a_migration("inventory", *operations).apply(MigrationLoader(connection).project_state(), editor)
    return breaking_changes(MODELS, before, schema())


BREAKS: dict[str, Operation] = {
    "inventory_reservation is gone": do.RenameModel("Reservation", "Promise"),
    "inventory_stock is gone": RunSQL("DROP TABLE inventory_stock CASCADE"),
    "inventory_stock.sku is gone": do.RemoveField("stock", "sku"),
    "inventory_stock.closed_at is gone": do.RenameField("stock", "closed_at", "ended_at"),
    "inventory_stock.colour must be given": do.AddField("stock", "colour", models.CharField(default="")),
    "inventory_stock.weight must be given": RunSQL("ALTER TABLE inventory_stock ADD weight int NOT NULL"),
    "inventory_stock.sku is character varying(20) and was character varying(32)": do.AlterField(
        "stock", "sku", models.CharField(max_length=20, db_index=True)
    ),
    "inventory_stock.version is bigint and was integer": do.AlterField(
        "stock", "version", models.PositiveBigIntegerField(default=0)
    ),
    "inventory_reservation.placed_by must not be null": do.AlterField(
        "reservation", "placed_by", models.UUIDField(default="01936d0c-1c52-7d1e-8a3b-2f6e0d9c4b71")
    ),
}
HARMLESS: dict[str, Operation] = {
    "a new table": do.CreateModel("Shelf", [("id", models.BigAutoField(primary_key=True)), ("name", NAME)]),
    "a new column that may be empty": do.AddField("stock", "colour", models.CharField(null=True)),
    "a new column with a default in the database": do.AddField(
        "stock", "colour", models.CharField(db_default="white")
    ),
    "a new column that is made of others": do.AddField(
        "stock",
        "number",
        models.GeneratedField(
            expression=F("version") * 2, output_field=models.IntegerField(), db_persist=True
        ),
    ),
    "a wider column": do.AlterField("stock", "sku", models.CharField(max_length=64, db_index=True)),
    "a column without an end": do.AlterField("stock", "sku", models.TextField(db_index=True)),
    "a column that may be empty now": do.AlterField(
        "stock", "version", models.PositiveIntegerField(null=True)
    ),
    "a column that is out of the models": do.SeparateDatabaseAndState(
        state_operations=[do.RemoveField("stock", "closed_at")]
    ),
}


@pytest.mark.parametrize("change", BREAKS)
def test_what_the_version_that_runs_cannot_do_without_is_missed(change: str) -> None:
    assert [one for one in found(BREAKS[change]) if one.startswith(change)]


@pytest.mark.parametrize("change", HARMLESS)
def test_what_the_version_that_runs_need_not_know_of_is_let_be(change: str) -> None:
    assert found(HARMLESS[change]) == []


def test_a_default_must_stay_for_who_counts_on_it() -> None:
    found(do.AddField("stock", "colour", models.CharField(db_default="white")))
    names = {"inventory_stock": MODELS["inventory_stock"] | {"colour": False}}
    before = schema()
    found(RunSQL("ALTER TABLE inventory_stock ALTER colour DROP DEFAULT"))

    [change] = breaking_changes(names, before, schema())
    assert change.startswith("inventory_stock.colour has no default any more")


def test_a_column_that_no_release_uses_any_more_may_go() -> None:
    before = schema()
    found(do.RemoveField("stock", "closed_at"))
    names = {"inventory_stock": {name: False for name in MODELS["inventory_stock"] if name != "closed_at"}}

    assert breaking_changes(names, before, schema()) == []
