"""Writes the short way, for what every command and every event does: the statement is built only once.

The ORM's own way takes four times as long, most of it to build the same statement again.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from django.db import connections, models, router
from django.db.models import QuerySet
from django.db.models.sql import UpdateQuery

from shop.building_blocks.database.cursors import preparing
from shop.building_blocks.database.reads import Placeholder


class Update:
    """An UPDATE that is compiled once and bound many times.

    ``build`` makes the queryset from named parameters, which go where an expression may stand. Those that
    ``run`` is given as ``values`` are the new values. On SQLite, where values need Django's adapters, the
    queryset itself is run.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: tuple[str, str, tuple[Any, ...]] | None = None

    def run(self, values: dict[str, Any], **parameters: Any) -> int:
        """How many rows it changed."""
        alias, sql, arguments = self._compiled or self._compile(values, parameters)
        if connections[alias].vendor == "sqlite":
            return self._build(**parameters).update(**values)
        given = {**parameters, **values}
        bound = [given[one.name] if isinstance(one, Placeholder) else one for one in arguments]
        with preparing(connections[alias]) as cursor:
            cursor.execute(sql, bound)
            return int(cursor.rowcount)

    def _compile(self, values: Iterable[str], parameters: Iterable[str]) -> tuple[str, str, tuple[Any, ...]]:
        queryset = self._build(**{name: Placeholder(name) for name in parameters})
        query: Any = queryset.query.chain(UpdateQuery)
        query.add_update_values({name: Placeholder(name) for name in values})
        sql, arguments = query.get_compiler(queryset.db).as_sql()
        self._compiled = queryset.db, sql, arguments
        return self._compiled


def insert(rows: Sequence[models.Model], unless_known: tuple[str, ...] = ()) -> set[tuple[Any, ...]]:
    """Store the rows, all of one model; their generated keys are not read back.

    ``unless_known`` names the fields of a unique constraint: a row whose values are there already is
    passed over. Returns these fields' values of the rows that were stored.
    """
    if not rows:
        return set()
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    table = _table(model, connection.vendor)
    values = [
        [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in table.fields]
        for row in rows
    ]
    key: list[Any] = [model._meta.get_field(name) for name in unless_known]
    with preparing(connection) as cursor:
        cursor.execute(*table.statement(values, _conflict(key)))
        found = cursor.fetchall() if key else []
    return {tuple(field.to_python(value) for field, value in zip(key, one, strict=True)) for one in found}


class _Table(NamedTuple):
    into: str
    fields: tuple[models.Field[Any, Any], ...]
    row: str
    arrays: str
    """For several rows on PostgreSQL, one per column: one text, and so one plan, for any number of them."""

    def statement(self, rows: Sequence[Sequence[Any]], conflict: str) -> tuple[str, list[Any]]:
        if self.arrays and len(rows) > 1:
            columns = [list(column) for column in zip(*rows, strict=True)]
            return f"{self.into} SELECT * FROM unnest{self.arrays}{conflict}", columns  # nosec B608
        return f"{self.into} VALUES {', '.join([self.row] * len(rows))}{conflict}", list(chain(*rows))


@cache
def _table(model: type[models.Model], vendor: str) -> _Table:
    fields = tuple(field for field in model._meta.concrete_fields if not _is_generated(field))
    into = f'INSERT INTO "{model._meta.db_table}" ({_names(fields)})'
    row, arrays = f"({', '.join(['%s'] * len(fields))})", ""
    if vendor == "postgresql":
        connection = connections[router.db_for_write(model)]
        # Without their sizes: a cast would cut to size what has to be refused.
        kinds = [str(field.db_type(connection)).partition("(")[0] for field in fields]
        arrays = f"({', '.join(f'%s::{kind}[]' for kind in kinds)})"
    return _Table(into, fields, row, arrays)


def _is_generated(field: models.Field[Any, Any]) -> bool:
    return field.generated or isinstance(field, models.AutoField)


def _conflict(key: Sequence[Any]) -> str:
    return f" ON CONFLICT ({_names(key)}) DO NOTHING RETURNING {_names(key)}" if key else ""


def _names(fields: Iterable[Any]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)
