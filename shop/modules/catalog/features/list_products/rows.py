"""How the rows of a page are found.

What a page costs does not depend on how many products there are, nor on how deep it is:

- The order, ``currency``, ``in_stock``, and the prices when they are the order, are exact: the page is a
  stretch of one index, and the rows that are read are those that are shown. ``sku`` finds one row.
- ``name``, and the prices in another order, are loose: no index has them in that order. The next 10,000
  entries of the index are looked through, which fills a page with what is common. What is rarer has an
  index of its own, of prices or of the names' trigrams: up to 5,000 rows are taken from there, and sorted.
- What is neither, more than 5,000 rows and nearly all of them far away, makes a page that is short, whose
  ``next`` goes on behind the 10,000. So does a rare name of one or two letters, which have no trigram.
  Clients are to expect that of any list: https://google.aip.dev/158

SQLite has no trigrams: it reads all names when one is rare.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from shop.building_blocks.database.bounded import Gathering, Walk
from shop.building_blocks.database.reads import Rows, Statement
from shop.modules.catalog.models import Listing

WINDOW, FEW, TRIGRAM = 10_000, 5_000, 3

_COLUMNS = ("product_id", "sku", "name", "price", "currency", "available", "name_key")
_KEYS = {"created_at": ("product_id",), "name": ("name_key", "product_id"), "price": ("price", "product_id")}
_PLACES = {field: tuple(map(_COLUMNS.index, key)) for field, key in _KEYS.items()}
_LOOKUPS = {
    "sku": "product__sku",
    "currency": "currency",
    "in_stock": "in_stock",
    "min_price": "price__gte",
    "max_price": "price__lte",
    "name": "name_key__contains",
}

Key = tuple[Any, ...]
"""The values that a row is sorted by; the last is its id."""
Listings = QuerySet[Listing, tuple[Any, ...]]


def find(
    sort: str, limit: int, asked: Mapping[str, Any], *, window: int = WINDOW, few: int = FEW
) -> tuple[Rows, Key | None]:
    """The rows, and the key that the next page begins after where it is not that of the last row."""
    if asked["sku"] or not any(asked[name] is not None for name in _loose(sort)):
        return _exact.rows(sort, limit=limit, **asked), None
    rows = _walked.rows(sort, window, limit=limit, wanted=limit, **asked)
    end = _keys.nth(window - 1, sort, **_without(_loose(sort), asked)) if len(rows) < limit else None
    if end and (asked["name"] is None or len(asked["name"]) >= TRIGRAM):
        by, descending = _PLACES[sort.lstrip("-")], sort.startswith("-")
        gathered = _unsorted.sorted(sort, by=by, descending=descending, limit=limit, most=few, **asked)
        if gathered.is_all:
            return gathered.rows, None
    return rows, end


def key_of(sort: str, row: tuple[Any, ...]) -> Key:
    return tuple(row[place] for place in _PLACES[sort.lstrip("-")])


def _loose(sort: str) -> set[str]:
    return {"name"} if sort.endswith("price") else {"name", "min_price", "max_price"}


def _without(names: set[str], asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in names}


def _where(asked: Mapping[str, Any]) -> Q:
    return Q(**{_LOOKUPS[name]: value for name, value in asked.items()})


def _ordered(sort: str, *, after: Any = None, after_id: Any = None, **asked: Any) -> QuerySet[Listing]:
    """What is asked for, in order.

    The order of creation is that of the table, so PostgreSQL takes reading the table for cheap, and reads
    it from the end until it has found twenty products in a currency that has not been used for years. So
    the last exact filter is told as a range and is part of the order, which only one index has.
    """
    minus, field = ("-", sort[1:]) if sort.startswith("-") else ("", sort)
    key, start = _KEYS[field], (after, after_id)
    exact = [name for name in ("currency", "in_stock") if name in asked]
    rows = Listing.objects.all()
    if field == "created_at" and exact:
        value = asked.pop(exact[-1])
        rows = rows.filter(**{f"{exact[-1]}__gte": value, f"{exact[-1]}__lte": value})
        key, start = (exact[-1], *key), (value, after_id)
    if after_id:
        rows = rows.filter(_beyond(minus, key, start))
    return rows.filter(_where(asked)).order_by(*(minus + column for column in key))


def _beyond(minus: str, key: tuple[str, ...], start: tuple[Any, ...]) -> Any:
    """As one comparison of rows, which bounds an index also among a thousand rows of one price."""
    return (TupleLessThan if minus else TupleGreaterThan)(Tuple(*key), start[-len(key) :])


def _all(sort: str, **asked: Any) -> Listings:
    return _ordered(sort, **asked).values_list(*_COLUMNS)


def _only_keys(sort: str, **asked: Any) -> Listings:
    return _ordered(sort, **asked).values_list(*_KEYS[sort.lstrip("-")])


def _within_the_window(sort: str, window: int, *, wanted: Any, **asked: Any) -> Listings:
    loose = {name: asked.pop(name) for name in _loose(sort) & set(asked)}
    rows = _ordered(sort, **asked)
    ids = Walk(rows, "product_id", _where(loose), within=window, limit=wanted)
    return _ordered(sort).filter(product_id__in=ids).values_list(*_COLUMNS)


def _without_order(sort: str, *, after: Any = None, after_id: Any = None, **asked: Any) -> Listings:
    rows = Listing.objects.filter(_where(asked))
    if after_id:
        minus = sort[: sort.startswith("-")]
        rows = rows.filter(_beyond(minus, _KEYS[sort.lstrip("-")], (after, after_id)))
    return rows.values_list(*_COLUMNS)


_exact, _keys = Statement(_all), Statement(_only_keys)
_walked, _unsorted = Statement(_within_the_window), Gathering(_without_order)
