"""Reads that have a bound, however many rows there are and however unlucky the question.

PostgreSQL plans as if what is asked for were spread evenly over a table. Where it is not, a plan that
was to find twenty rows among a thousand reads a million. These two statements cannot.
"""

from itertools import islice
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from shop.building_blocks.database.reads import Rows, Statement


class Walk(Statement):
    """Goes along a queryset in its order, and keeps the rows that fit.

    The queryset's last column is a condition named ``fits``; the rows come without it.
    """

    def fitting(self, *choices: Any, limit: int, within: int, **parameters: Any) -> Rows:
        """At most ``limit`` rows, of the first ``within`` ones."""
        read = self._bind(choices, parameters)
        if isinstance(read, QuerySet):
            return list(islice((row[:-1] for row in read[:within] if row[-1]), limit))
        rows = read.fetch("SELECT * FROM ({sql} LIMIT %s) AS walked WHERE fits LIMIT %s", within, limit)
        return [row[:-1] for row in rows]

    def last(self, *choices: Any, within: int, **parameters: Any) -> tuple[Any, ...] | None:
        """The row at which ``fitting`` stops, whether it fits or not; None when there is no such row."""
        read = self._bind(choices, parameters)
        if isinstance(read, QuerySet):
            return next((row[:-1] for row in read[within - 1 : within]), None)
        rows = read.fetch("{sql} LIMIT 1 OFFSET %s", within - 1)
        return rows[0][:-1] if rows else None


class Gathered(NamedTuple):
    rows: Rows
    is_all: bool
    """False when there was more to gather."""


class Gathering(Statement):
    """Takes the rows of a queryset without order, wherever an index has them, and sorts them after."""

    def sorted(
        self, *choices: Any, by: tuple[int, ...], descending: bool, limit: int, most: int, **parameters: Any
    ) -> Gathered:
        """The first ``limit`` rows by the columns at these places, when all are ``most`` rows or fewer.

        When there are more it is some of them that are sorted.
        """
        read = self._bind(choices, parameters)
        if isinstance(read, QuerySet):
            rows = list(read[: most + 1])
            key = itemgetter(*by)
            return Gathered(sorted(rows[:most], key=key, reverse=descending)[:limit], len(rows) <= most)
        order = ", ".join(f"{place + 1} {'DESC' if descending else 'ASC'}" for place in by)
        gathered = "SELECT *, count(*) OVER () FROM ({sql} LIMIT %s) AS gathered"
        rows = read.fetch(f"{gathered} ORDER BY {order} LIMIT %s", most + 1, limit)
        return Gathered([row[:-1] for row in rows], not rows or rows[0][-1] <= most)
