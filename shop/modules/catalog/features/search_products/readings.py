"""What may be meant by what was typed, from the strictest reading to the most forgiving one.

Whatever is typed, a reading looks through the 1,000 newest products, which fills a page when its words are
common. When they are not, it has the index find all that match, and ranks the first 200. The index takes
the longer the more there are, so it is asked only when they are a fiftieth of all or fewer, unless they are
old. A beginning has three letters at least, or half of all products would have words that begin so.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from shop.building_blocks.database.bounded import Gathering, Walk
from shop.building_blocks.database.fulltext import Rank, Term, every
from shop.building_blocks.database.reads import Statement
from shop.modules.catalog.language import can_be_mistyped, in_title
from shop.modules.catalog.models import SearchDocument, Word

NEWEST, RANKED, BEGINNING = 1_000, 200, 3

Documents = QuerySet[SearchDocument, tuple[Any, ...]]


def readings(typed: Sequence[str]) -> Iterator[str]:
    """All words in name or SKU; the last as a beginning; the same anywhere."""
    is_beginning = len(typed[-1]) >= BEGINNING
    title = [in_title(word) for word in typed]
    yield _all_of(title)
    if is_beginning:
        yield _all_of(title, is_beginning)
    yield _all_of(typed, is_beginning)


def _all_of(typed: Sequence[str], is_beginning: bool = False) -> str:
    *others, last = typed
    return every([*([Term(word)] for word in others), [Term(last, is_beginning)]])


def with_slips(typed: Sequence[str]) -> Iterator[str]:
    """Each word, or one that is like it, in name or SKU; then anywhere. Nothing if none is like any."""
    meant = Word.near([word for word in typed if can_be_mistyped(word)])
    if any(meant.values()):
        choices = [(word, *meant.get(word, ())) for word in typed]
        yield every([Term(in_title(word)) for word in choice] for choice in choices)
        yield every([Term(word) for word in choice] for choice in choices)


def best(reading: str, limit: int) -> list[UUID]:
    """The products that match: if many, the newest; else the best first, and the newest among equals."""
    rows = _newest.rows(query=reading, wanted=limit)
    if len(rows) < limit:
        rows = _matching.sorted(query=reading, by=(1, 0), descending=True, limit=limit, most=RANKED).rows
    return [row[0] for row in rows]


def _from_the_newest(query: Any, wanted: Any) -> Documents:
    newest = SearchDocument.objects.order_by("-product_id")
    ids = Walk(newest, "product_id", Q(document__matches=query), within=NEWEST, limit=wanted)
    return newest.filter(product_id__in=ids).values_list("product_id")


def _ranked(query: Any) -> Documents:
    rank = Rank("document", Value(query) if isinstance(query, str) else query)
    return SearchDocument.objects.filter(document__matches=query).values_list("product_id", rank)


_newest, _matching = Statement(_from_the_newest), Gathering(_ranked)
