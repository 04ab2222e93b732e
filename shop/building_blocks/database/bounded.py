"""Reads that have a bound, however many rows there are and however unlucky the question.

PostgreSQL plans as if what is asked for were spread evenly over a table. Where it is not, a plan that
was to find twenty rows among a thousand reads a million. These two cannot.
"""

from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Subquery

from shop.building_blocks.database.reads import Rows, Statement


class Walk(Subquery):
    """The keys of those rows that fit, of a queryset in its order; it looks at ``within`` rows at most.

    Stops once it has ``limit`` of them. Give it to a lookup ``__in``.
    """

    template = "(SELECT %(key)s FROM (%(subquery)s) AS walked WHERE fits LIMIT %%s)"

    def __init__(self, rows: QuerySet[Any], key: str, fits: Q, *, within: int, limit: Any) -> None:
        condition = ExpressionWrapper(fits, BooleanField())
        super().__init__(rows.annotate(fits=condition).values(key, "fits")[:within], key=key)
        self.limit = limit

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> tuple[str, Any]:
        sql, parameters = super().as_sql(compiler, connection, *args, **kwargs)
        return sql, (*parameters, self.limit)


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
            ordered = sorted(rows[:most], key=itemgetter(*by), reverse=descending)
            return Gathered(ordered[:limit], len(rows) <= most)
        order = ", ".join(f"{place + 1} {'DESC' if descending else 'ASC'}" for place in by)
        gathered = "SELECT *, count(*) OVER () FROM ({sql} LIMIT %s) AS gathered"
        rows = read.fetch(f"{gathered} ORDER BY {order} LIMIT %s", most + 1, limit)
        return Gathered([row[:-1] for row in rows], not rows or rows[0][-1] <= most)
