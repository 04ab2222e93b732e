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

from shop.building_blocks.database.bounded import Gathering, Walk
from shop.building_blocks.database.reads import Rows, Statement
from shop.modules.catalog.models import Listing

WINDOW, FEW, TRIGRAM = 10_000, 5_000, 3

_COLUMNS = ("product_id", "sku", "name", "price", "currency", "available", "name_key")
_SORTED_BY = {"created_at": "product_id", "name": "name_key", "price": "price"}
_LEADS = {"shelf", "currency", "in_stock"}
_LOOKUPS = {
    "shelf": "shelf",
    "currency": "currency",
    "in_stock": "in_stock",
    "sku": "product__sku",
    "min_price": "price__gte",
    "max_price": "price__lte",
    "name": "name_key__contains",
}

Key = tuple[Any, ...]
"""The value that a row is sorted by, and its id."""
Listings = QuerySet[Listing, tuple[Any, ...]]


def find(
    sort: str, limit: int, wanted: Mapping[str, Any], *, window: int = WINDOW, few: int = FEW
) -> tuple[Rows, Key | None]:
    """The rows, and the key that the next page begins after where it is not that of the last row."""
    asked = _on_a_shelf({name: value for name, value in wanted.items() if value is not None})
    loose = _loose(sort) & set(asked)
    if "sku" in asked or not loose:
        return _exactly(sort, limit, asked), None
    rows, end = _looked_through(sort, limit, window, asked)
    if end and len(asked.get("name", "any")) >= TRIGRAM:
        by, descending = tuple(map(_COLUMNS.index, (_column(sort), "product_id"))), sort.startswith("-")
        gathered = _unsorted.sorted(sort, by=by, descending=descending, limit=limit, most=few, **asked)
        if gathered.is_all:
            return gathered.rows, None
    return rows, end


def key_of(sort: str, row: tuple[Any, ...]) -> Key:
    return row[_COLUMNS.index(_column(sort))], row[0]


def _exactly(sort: str, limit: int, asked: Mapping[str, Any]) -> Rows:
    rows: Rows = []
    for part in _parts(sort, asked):
        if len(rows) < limit:
            rows += _exact.rows(sort, part, limit=limit - len(rows), **asked)
    return rows


def _looked_through(sort: str, limit: int, window: int, asked: Mapping[str, Any]) -> tuple[Rows, Key | None]:
    """The rows that fit, and where the window ended if it did before there were enough of them."""
    rows: Rows = []
    for part in _parts(sort, asked):
        left = limit - len(rows)
        rows += _walked.rows(sort, part, window, limit=left, wanted=left, **asked)
        if len(rows) == limit:
            break
        if end := _keys.nth(window - 1, sort, part, **_without(_loose(sort), asked)):
            return rows, end
    return rows, None


def _on_a_shelf(asked: dict[str, Any]) -> dict[str, Any]:
    """Currency and stock are one filter when both are given."""
    if "currency" not in asked or "in_stock" not in asked:
        return asked
    shelf = f"{asked['currency']}{'+' if asked['in_stock'] else '-'}"
    return {"shelf": shelf} | _without({"currency", "in_stock"}, asked)


def _column(sort: str) -> str:
    return _SORTED_BY[sort.lstrip("-")]


def _loose(sort: str) -> set[str]:
    return {"name"} if sort.endswith("price") else {"name", "min_price", "max_price"}


def _without(names: set[str], asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name not in names}


def _where(asked: Mapping[str, Any]) -> Q:
    return Q(**{_LOOKUPS[name]: value for name, value in asked.items()})


def _parts(sort: str, asked: Mapping[str, Any]) -> tuple[str, ...]:
    """What is after a cursor is the rest of its ties, and what is beyond them.

    Each is bounded in the index, and PostgreSQL knows how many there are: of the rows after (0.00, id) it
    thinks that there are none, because none cost less, however many cost that.
    """
    return ("ties", "beyond") if "after" in asked and not sort.endswith("created_at") else ("all",)


def _ordered(sort: str, part: str, *, after: Any = None, after_id: Any = None, **asked: Any) -> Listings:
    minus, beyond = ("-", "lt") if sort.startswith("-") else ("", "gt")
    column, age = _column(sort), "age"
    if column == "product_id" and not _LEADS & set(asked):
        age = column
    rows = Listing.objects.filter(_where(asked))
    if part == "beyond":
        rows = rows.filter(**{f"{column}__{beyond}": after})
    elif after_id:
        rows = rows.filter(**{f"{age}__{beyond}": after_id})
    if part == "ties":
        rows = rows.filter(**{column: after})
    by_column = () if column == "product_id" or part == "ties" else (minus + column,)
    return rows.order_by(*by_column, minus + age).values_list(*_COLUMNS)


def _only_keys(sort: str, part: str, **asked: Any) -> Listings:
    return _ordered(sort, part, **asked).values_list(_column(sort), "age")


def _within_a_window(sort: str, part: str, window: int, *, wanted: Any, **asked: Any) -> Listings:
    loose = _loose(sort) & set(asked)
    fits = _where({name: asked[name] for name in loose})
    rows = _ordered(sort, part, **_without(loose, asked))
    ids = Walk(rows, "age", fits, within=window, limit=wanted)
    return _ordered(sort, "all").filter(product_id__in=ids)


def _without_order(sort: str, *, after: Any = None, after_id: Any = None, **asked: Any) -> Listings:
    column, beyond = _column(sort), "lt" if sort.startswith("-") else "gt"
    rows = Listing.objects.filter(_where(asked))
    if after_id:
        tied = Q(**{column: after}) & Q(**{f"product_id__{beyond}": after_id})
        rows = rows.filter(Q(**{f"{column}__{beyond}": after}) | tied)
    return rows.values_list(*_COLUMNS)


_exact, _keys = Statement(_ordered), Statement(_only_keys)
_walked, _unsorted = Statement(_within_a_window), Gathering(_without_order)
