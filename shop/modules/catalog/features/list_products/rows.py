"""How the rows of a page are found.

What a page costs does not depend on how many products there are, nor on how deep it is:

- The order, ``currency``, ``in_stock``, and the prices when they are the order, are exact: the page is a
  stretch of one index, and the rows that are read are those that are shown. ``sku`` finds one row.
- ``name``, and the prices in another order, are loose: no index has them in that order. The next 5,000
  rows in order are looked through, which fills a page with what is common. What is rarer is in an index
  of its own, of prices or of the names' trigrams: up to 10,000 rows are taken from there, and sorted.
- What is neither, more than 10,000 rows and all of them far away, makes a page that is short, whose
  ``next`` goes on behind the 5,000. So does a rare name of one or two letters, which have no trigram.
  Clients are to expect that of any list: https://google.aip.dev/158
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

from shop.building_blocks.database.bounded import Gathering, Walk
from shop.building_blocks.database.reads import Rows, Statement
from shop.modules.catalog.models import Listing

WINDOW, FEW, TRIGRAM = 5_000, 10_000, 3

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

Listings = QuerySet[Listing, tuple[Any, ...]]


def find(
    sort: str, limit: int, asked: Mapping[str, Any], *, window: int = WINDOW, few: int = FEW
) -> tuple[Rows, tuple[Any, ...] | None]:
    """The rows, and the one that the next page begins after where it is not the last of these."""
    if asked["sku"] or not any(asked[name] is not None for name in _loose(sort)):
        return _exact.rows(sort, limit=limit, **asked), None
    rows = _walk.fitting(sort, limit=limit, within=window, **asked)
    end = _walk.last(sort, within=window, **asked) if len(rows) < limit else None
    if end and (asked["name"] is None or len(asked["name"]) >= TRIGRAM):
        by, descending = _PLACES[sort.lstrip("-")], sort.startswith("-")
        gathered = _gathering.sorted(sort, by=by, descending=descending, limit=limit, most=few, **asked)
        if gathered.is_all:
            return gathered.rows, None
    return rows, end


def key_of(sort: str, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values of a row that the list is sorted by; the last is its id."""
    return tuple(row[place] for place in _PLACES[sort.lstrip("-")])


def _loose(sort: str) -> set[str]:
    return {"name"} if sort.endswith("price") else {"name", "min_price", "max_price"}


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
        rows = rows.filter(_beyond(minus, key, start[-len(key) :]))
    return rows.filter(_where(asked)).order_by(*(minus + column for column in key))


def _beyond(minus: str, key: tuple[str, ...], start: tuple[Any, ...]) -> Any:
    """As one comparison of rows, which bounds an index also among a thousand rows of one price."""
    return (TupleLessThan if minus else TupleGreaterThan)(Tuple(*key), start)


def _where(asked: Mapping[str, Any]) -> Q:
    return Q(**{_LOOKUPS[name]: value for name, value in asked.items()})


def _all(sort: str, **asked: Any) -> Listings:
    return _ordered(sort, **asked).values_list(*_COLUMNS)


def _with_a_condition(sort: str, **asked: Any) -> Listings:
    loose = {name: asked.pop(name) for name in _loose(sort) & set(asked)}
    fits = ExpressionWrapper(_where(loose), BooleanField())
    return _ordered(sort, **asked).annotate(fits=fits).values_list(*_COLUMNS, "fits")


def _without_order(sort: str, *, after: Any = None, after_id: Any = None, **asked: Any) -> Listings:
    key = _KEYS[sort.lstrip("-")]
    rows = Listing.objects.filter(_where(asked))
    if after_id:
        rows = rows.filter(_beyond(sort[: sort.startswith("-")], key, (after, after_id)[-len(key) :]))
    return rows.values_list(*_COLUMNS)


_exact, _walk, _gathering = Statement(_all), Walk(_with_a_condition), Gathering(_without_order)
