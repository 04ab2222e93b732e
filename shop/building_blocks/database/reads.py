"""Reads the short way: the ORM writes the SQL once, the database's rows come back as they are.

Building a queryset and compiling it costs several times what PostgreSQL takes to answer by a key.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Expression, QuerySet

from shop.building_blocks.database.cursors import preparing

Rows = list[tuple[Any, ...]]


class Placeholder(Expression):
    """Stands in a queryset for a value that comes when the statement is run."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", (self,)


class Compiled(NamedTuple):
    alias: str
    sql: str
    arguments: list[Any]


class Bound(NamedTuple):
    """A compiled statement with its values, on a connection."""

    connection: Any
    sql: str
    values: list[Any]

    def fetch(self, template: str, *more: Any) -> Rows:
        """The rows of the SQL that stands in ``template`` as ``{sql}``, which has ``more`` values."""
        with self.connection.cursor() as cursor:
            cursor.execute(template.format(sql=self.sql), [*self.values, *more])
            return list(cursor.fetchall())

    def fetch_one(self) -> tuple[Any, ...] | None:
        with preparing(self.connection) as cursor:
            cursor.execute(self.sql, self.values)
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row


class Statement:
    """A queryset that is compiled once and bound many times.

    ``build`` makes a ``values_list`` queryset from named parameters, which go where an expression may
    stand: not into slices, lists for IN, or JSON. A parameter that is None is left out of the call, and
    what remains decides about the SQL: give ``build`` a default of None for what is optional.
    Positional choices, such as the order, are handed to ``build`` as they are; let them be few.
    On SQLite, where rows need Django's converters, the queryset itself is run.

    >>> by_sku = Statement(lambda sku: Product.objects.filter(sku=sku).values_list("id"))  # doctest: +SKIP
    >>> by_sku.one(sku="MUG-1")  # doctest: +SKIP
    (UUID('01936d0c-8f3a-7000-8000-000000000000'),)
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[tuple[Any, tuple[str, ...]], Compiled] = {}

    def rows(self, *choices: Any, limit: int | None = None, **parameters: Any) -> Rows:
        read = self._bind(choices, parameters)
        return list(read[:limit]) if isinstance(read, QuerySet) else read.fetch("{sql} LIMIT %s", limit)

    def one(self, *choices: Any, **parameters: Any) -> tuple[Any, ...] | None:
        """The row that a unique key finds, whose plan is always the same; None when there is none."""
        read = self._bind(choices, parameters)
        return next(iter(read), None) if isinstance(read, QuerySet) else read.fetch_one()

    def nth(self, number: int, *choices: Any, **parameters: Any) -> tuple[Any, ...] | None:
        """The row at this place, beginning with 0; None when there are fewer."""
        read = self._bind(choices, parameters)
        if isinstance(read, QuerySet):
            return next(iter(read[number : number + 1]), None)
        return next(iter(read.fetch("{sql} LIMIT 1 OFFSET %s", number)), None)

    def _bind(self, choices: tuple[Any, ...], parameters: dict[str, Any]) -> Bound | QuerySet[Any, Any]:
        """The statement with its values; or the queryset itself, on SQLite."""
        given = {name: value for name, value in parameters.items() if value is not None}
        key = (choices, tuple(given))
        if key not in self._compiled:
            self._compiled[key] = self._compile(choices, given)
        alias, sql, arguments = self._compiled[key]
        connection = connections[alias]
        if connection.vendor == "sqlite":
            return self._build(*choices, **given)
        values = [given[one.name] if isinstance(one, Placeholder) else one for one in arguments]
        return Bound(connection, sql, values)

    def _compile(self, choices: tuple[Any, ...], names: Any) -> Compiled:
        queryset = self._build(*choices, **{name: Placeholder(name) for name in names})
        sql, arguments = queryset.query.get_compiler(queryset.db).as_sql()
        return Compiled(queryset.db, sql, list(arguments))
