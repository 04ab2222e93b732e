from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from shop.building_blocks.http.pages import Cursor
from shop.building_blocks.mediator import send
from shop.modules.catalog.features.list_products import ListProducts, ListProductsParameters, ProductListItem
from shop.modules.catalog.features.list_products.rows import find, key_of
from shop.modules.catalog.language import folded
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db


def names(**asked: Any) -> list[str]:
    return [item.name for item in pages(**asked)]


def pages(limit: int = 100, **asked: Any) -> Iterator[ProductListItem]:
    page = send(ListProducts(limit=limit, **asked))
    yield from page.items
    while page.next:
        page = send(ListProducts(limit=limit, cursor=cursor(page.next), **asked))
        yield from page.items


def cursor(text: str) -> Cursor:
    return Cursor.read(text, ListProductsParameters.sorts)


def test_pages_through_everything_once_newest_first() -> None:
    products = ProductFactory.create_batch(7)

    first = send(ListProducts(limit=3))
    second = send(ListProducts(limit=3, cursor=cursor(first.next or "")))
    third = send(ListProducts(limit=3, cursor=cursor(second.next or "")))

    seen = [item.sku for page in (first, second, third) for item in page.items]
    assert seen == [product.sku for product in reversed(products)]
    assert third.next is None


def test_a_product_added_meanwhile_does_not_shift_the_pages() -> None:
    ProductFactory.create_batch(4)
    first = send(ListProducts(limit=2))

    ProductFactory.create()
    second = send(ListProducts(limit=2, cursor=cursor(first.next or "")))

    assert not {item.id for item in first.items} & {item.id for item in second.items}
    assert len(second.items) == 2


def test_the_last_page_says_so_even_when_it_is_full() -> None:
    ProductFactory.create_batch(2)

    assert send(ListProducts(limit=2)).next is None


CHOICES: dict[str, Any] = {
    "sku": ["MUG-0001", "NONE"],
    "name": ["mug", "u", "CRÈME", "creme mug", "100%", "_", "\\", "'", "nothing"],
    "min_price": [Decimal(0), Decimal("2.50"), Decimal(10)],
    "max_price": [Decimal(0), Decimal("2.50"), Decimal(10)],
    "currency": ["USD", "EUR", "ISK"],
    "in_stock": [True, False],
}
NAMES = ["Mug", "Crème mug", "100% wool_", "Back\\slash's"]


@pytest.fixture
def _an_assortment() -> None:
    """Of everything twice, so that there are ties."""
    for number in range(4 * 3 * 2 * 2 * 2):
        ProductFactory.create(
            sku=f"MUG-{number:04}",
            name=NAMES[number % 4],
            price=Decimal(number // 4 % 3 * 5) / 2,
            currency=("USD", "EUR")[number // 12 % 2],
            available=number // 24 % 2,
        )


def fits(item: ProductListItem, **asked: Any) -> bool:
    conditions: dict[str, Callable[[Any], bool]] = {
        "sku": lambda sku: item.sku == sku,
        "name": lambda name: folded(name) in folded(item.name),
        "min_price": lambda price: item.price >= price,
        "max_price": lambda price: item.price <= price,
        "currency": lambda currency: item.currency == currency,
        "in_stock": lambda in_stock: (item.available > 0) == in_stock,
    }
    return all(conditions[name](value) for name, value in asked.items())


def in_order(items: list[ProductListItem], sort: str) -> list[ProductListItem]:
    keys = {
        "created_at": lambda item: item.id,
        "name": lambda item: (folded(item.name), item.id),
        "price": lambda item: (item.price, item.id),
    }
    return sorted(items, key=keys[sort.lstrip("-")], reverse=sort.startswith("-"))


filters = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in CHOICES.items()}
)
sorts = st.sampled_from([f"{minus}{sort}" for minus in ("", "-") for sort in ListProductsParameters.sorts])


@pytest.mark.usefixtures("_an_assortment")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=filters, sort=sorts, limit=st.integers(1, 30))
def test_shows_what_was_asked_for_in_the_order_that_was_asked_for(
    asked: dict[str, Any], sort: str, limit: int
) -> None:
    everything = list(pages())

    shown = list(pages(limit=limit, sort=sort, **asked))

    assert shown == in_order([item for item in everything if fits(item, **asked)], sort)


@pytest.mark.usefixtures("_an_assortment")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=filters, sort=sorts, limit=st.integers(1, 9), window=st.integers(9, 20), few=st.integers(9, 20))
def test_pages_that_are_short_lead_to_everything_too(
    asked: dict[str, Any], sort: str, limit: int, window: int, few: int
) -> None:
    """As in a shop whose products are many more than it looks through."""
    wanted = (
        dict.fromkeys((*CHOICES, "after", "after_id"))
        | asked
        | {"name": folded(asked.get("name", "")) or None}
    )
    seen: list[Any] = []
    while True:
        rows, end = find(sort, limit + 1, wanted, window=window, few=few)
        seen += rows[:limit]
        if len(rows) > limit:
            end = key_of(sort, rows[limit - 1])
        if end is None:
            break
        wanted |= {"after": end[0], "after_id": end[-1]}

    found = [ProductListItem(*row[:-1]) for row in seen]
    assert found == in_order([item for item in pages() if fits(item, **asked)], sort)


EVERYTHING: dict[str, Any] = {"name": "mug", "min_price": Decimal(0), "currency": "USD", "in_stock": False}


@pytest.mark.usefixtures("_an_assortment")
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"currency": "USD", "in_stock": False, "sort": "name"},
        {"sku": "MUG-0001", "name": "mug"},
        EVERYTHING,
    ],
    ids=str,
)
def test_asks_the_database_once(
    asked: dict[str, Any], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1, using="catalog"):
        send(ListProducts(limit=1, **asked))


@pytest.mark.usefixtures("_an_assortment")
def test_asks_a_few_times_at_most(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    """After a cursor, in the rest of its ties and beyond them: what fits, and where the window ends. Then
    what is rare.
    """
    page = send(ListProducts(limit=1, sort="price", **EVERYTHING))
    after = cursor(page.next or "")
    wanted = dict.fromkeys(("sku", "max_price")) | EVERYTHING | {"after": after.value, "after_id": after.id}

    with django_assert_max_num_queries(2, using="catalog"):
        send(ListProducts(limit=30, sort="price", cursor=after, currency="USD"))
    with django_assert_max_num_queries(5, using="catalog"):
        find("price", 30, wanted, window=4)
