"""Reads the short way: the ORM writes the SQL once, the database's rows come back as they are.

Building a queryset and compiling it costs several times what PostgreSQL takes to answer by a key.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import Expression, QuerySet

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


class Statement:
    """A queryset that is compiled once and bound many times.

    ``build`` makes a ``values_list`` queryset from named parameters, which go where an expression may
    stand: not into slices, lists for IN, or JSON. A parameter that is None is left out of the call, and
    what remains decides about the SQL: give ``build`` a default of None for what is optional.
    Positional choices, such as the order, are handed to ``build`` as they are; let them be few.
    On SQLite, where rows need Django's converters, the queryset itself is run.

    >>> by_sku = Statement(lambda sku: Product.objects.filter(sku=sku).values_list("id"))  # doctest: +SKIP
    >>> by_sku.first(sku="MUG-1")  # doctest: +SKIP
    (UUID('01936d0c-8f3a-7000-8000-000000000000'),)
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[tuple[Any, tuple[str, ...]], Compiled] = {}

    def rows(self, *choices: Any, limit: int | None = None, **parameters: Any) -> Rows:
        given = {name: value for name, value in parameters.items() if value is not None}
        key = (choices, tuple(given))
        if key not in self._compiled:
            self._compiled[key] = self._compile(choices, given)
        alias, sql, arguments = self._compiled[key]
        connection = connections[alias]
        if connection.vendor == "sqlite":
            return list(self._build(*choices, **given)[:limit])
        values = [given[one.name] if isinstance(one, Placeholder) else one for one in arguments]
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} LIMIT %s", [*values, limit])
            return list(cursor.fetchall())

    def first(self, *choices: Any, **parameters: Any) -> tuple[Any, ...] | None:
        return next(iter(self.rows(*choices, limit=1, **parameters)), None)

    def _compile(self, choices: tuple[Any, ...], names: Any) -> Compiled:
        queryset = self._build(*choices, **{name: Placeholder(name) for name in names})
        sql, arguments = queryset.query.get_compiler(queryset.db).as_sql()
        return Compiled(queryset.db, sql, list(arguments))
