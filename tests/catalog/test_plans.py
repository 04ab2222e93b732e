"""How many rows PostgreSQL reads, where what is asked for is spread as unevenly as can be."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.list_products.rows import FEW, WINDOW, find, key_of
from shop.modules.catalog.features.search_products import SearchProducts
from shop.modules.catalog.features.search_products.readings import NEWEST, RANKED

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

PRODUCTS, PAGE = 25_000, 21
SHELVES = f"""(
    SELECT n, lpad(to_hex(n), 32, '0')::uuid AS id, 'MUG-' || n AS sku,
        CASE WHEN n <= 2000 THEN 'kettle ' ELSE 'mug ' END || to_hex(n * 7919) AS name,
        CASE WHEN n <= 2000 THEN 5000 WHEN n % 3 = 0 THEN 9.99 ELSE n % 1000 END AS price,
        CASE WHEN n <= 2000 THEN 'CHF' WHEN n % 997 = 0 THEN 'ISK' ELSE 'EUR' END AS currency,
        CASE WHEN n > 500 AND n % 2 = 0 THEN n % 7 ELSE 0 END AS available
    FROM generate_series(1, {PRODUCTS}) AS n
) AS products"""
"""What is old are kettles, and they cost much, in francs; a third of all has one price."""
SEED = f"""
    INSERT INTO catalog_product (id, sku, name, description, price, currency, version, created_at, updated_at)
    SELECT id, sku, name, '', price, currency, 1, now(), now() FROM {SHELVES};
    INSERT INTO catalog_listing (product_id, sku, name, name_key, price, currency, available, stock_version)
    SELECT id, sku, name, name, price, currency, available, 1 FROM {SHELVES};
    INSERT INTO catalog_searchdocument (product_id, document)
    SELECT id, words || replace(words::text, $$'$$, $$'=$$)::tsvector
    FROM (SELECT id, to_tsvector('simple', name) AS words FROM {SHELVES}) AS documents;
    ANALYZE catalog_product, catalog_listing, catalog_searchdocument
"""
SORTS = [f"{minus}{sort}" for minus in ("", "-") for sort in ("created_at", "name", "price")]
EXACT: list[dict[str, Any]] = [
    {name: value for name, value in (("currency", currency), ("in_stock", in_stock)) if value is not None}
    for currency, in_stock in product((None, "EUR", "CHF", "ISK"), (None, True, False))
]
ONE_PRICE = {"min_price": Decimal("9.99"), "max_price": Decimal("9.99"), "currency": "EUR"}
LOOSE: list[tuple[dict[str, Any], int]] = [
    ({"name": "mug"}, WINDOW),
    ({"min_price": Decimal(900)}, WINDOW),
    ({"name": "kettle"}, 2 * WINDOW + FEW),
    ({"min_price": Decimal(5000)}, 2 * WINDOW + FEW),
    ({"name": "nothing"}, 2 * WINDOW),
    ({"name": "zz"}, 2 * WINDOW),
]


@pytest.fixture
def _many_products() -> None:
    with connections["catalog"].cursor() as cursor:
        cursor.execute(SEED)


def page(sort: str, after: Any = None, **asked: Any) -> Any:
    known = dict.fromkeys(("sku", "name", "min_price", "max_price", "currency", "in_stock"))
    start = {"after": after and after[0], "after_id": after and after[-1]}
    return find(sort, PAGE, known | asked | start)


def pages_that_read_what_they_show() -> Iterator[partial[Any]]:
    for sort, asked in product(SORTS, EXACT):
        yield partial(page, sort, **asked)
    for sort in ("price", "-price"):
        yield partial(page, sort, **ONE_PRICE)


@pytest.mark.usefixtures("_many_products")
def test_what_is_asked_for_exactly_reads_what_it_shows_however_deep_the_page() -> None:
    for first in pages_that_read_what_they_show():
        rows, _ = first()
        later = partial(first, key_of(first.args[0], rows[-1]))
        for asked in (first, later):
            assert rows_read(asked) <= PAGE, asked

    assert rows_read(partial(page, "-created_at", sku="MUG-17")) <= 2


@pytest.mark.usefixtures("_many_products")
def test_what_is_asked_for_loosely_reads_a_bounded_number() -> None:
    for sort, (asked, most) in product(SORTS, LOOSE):
        assert rows_read(partial(page, sort, **asked)) <= most + 2 * PAGE, (sort, asked)


@pytest.mark.usefixtures("_many_products")
def test_a_search_reads_a_bounded_number() -> None:
    """Of each of five readings, the newest, and what is ranked."""
    for q in ("mug", "kettle", "ket", "nothing", "ketle"):
        assert rows_read(partial(send, SearchProducts(q=q))) <= 5 * (NEWEST + RANKED), q


def rows_read(work: Callable[[], Any]) -> int:
    """The entries of indexes aside that a bitmap is made of."""
    with CaptureQueriesContext(connections["catalog"]) as captured:
        work()
    statements = [query["sql"] for query in captured if "set_config" not in query["sql"]]
    return sum(_rows(node) for sql in statements if sql.startswith("SELECT") for node in _plan(sql))


def _plan(sql: str) -> Iterator[Mapping[str, Any]]:
    with connections["catalog"].cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql.replace('%', '%%')}", [])
        ((plan,),) = cursor.fetchone()
    yield from _nodes(plan["Plan"])


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _rows(node: Mapping[str, Any]) -> int:
    if not node["Node Type"].endswith("Scan") or node["Node Type"] in {"Subquery Scan", "Bitmap Index Scan"}:
        return 0
    passed_over = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    return int((node["Actual Rows"] + passed_over) * node["Actual Loops"])
