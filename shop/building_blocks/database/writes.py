"""Rows into a table by one statement: for the few tables that every command and every event writes to.

The ORM's own way through ``save`` or ``bulk_create`` takes four times as long, most of it to build the
statement. This one is built once per table.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from django.db import connections, models, router


class _Table(NamedTuple):
    into: str
    fields: tuple[models.Field[Any, Any], ...]
    holes: str


def insert(rows: Sequence[models.Model], unless_known: tuple[str, ...] = ()) -> set[tuple[Any, ...]]:
    """Store the rows, all of one model; their generated keys are not read back.

    ``unless_known`` names the fields of a unique constraint: a row whose values are there already is
    passed over. Returns these fields' values of the rows that were stored.
    """
    if not rows:
        return set()
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    table = _table(model)
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in rows
        for field in table.fields
    ]
    key: list[Any] = [model._meta.get_field(name) for name in unless_known]
    with connection.cursor() as cursor:
        cursor.execute(f"{table.into} {', '.join([table.holes] * len(rows))}{_conflict(key)}", values)
        found = cursor.fetchall() if key else []
    return {tuple(field.to_python(value) for field, value in zip(key, one, strict=True)) for one in found}


@cache
def _table(model: type[models.Model]) -> _Table:
    fields = tuple(field for field in model._meta.concrete_fields if not _is_generated(field))
    columns = ", ".join(f'"{field.column}"' for field in fields)
    holes = ", ".join(["%s"] * len(fields))
    return _Table(f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES', fields, f"({holes})")


def _is_generated(field: models.Field[Any, Any]) -> bool:
    return field.generated or isinstance(field, models.AutoField)


def _conflict(key: Sequence[Any]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in key)
    return f" ON CONFLICT ({columns}) DO NOTHING RETURNING {columns}" if key else ""
