import pytest
from pytest_django import DjangoAssertNumQueries

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.list_products import ListProducts
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_pages_through_everything_once_newest_first() -> None:
    products = ProductFactory.create_batch(7)

    first = send(ListProducts(limit=3))
    second = send(ListProducts(limit=3, cursor=first.items[-1].id))
    third = send(ListProducts(limit=3, cursor=second.items[-1].id))

    seen = [item.sku for page in (first, second, third) for item in page.items]
    assert seen == [product.sku for product in reversed(products)]
    assert first.next
    assert third.next is None


def test_a_product_added_meanwhile_does_not_shift_the_pages() -> None:
    ProductFactory.create_batch(4)
    first = send(ListProducts(limit=2))

    ProductFactory.create()
    second = send(ListProducts(limit=2, cursor=first.items[-1].id))

    assert not {item.id for item in first.items} & {item.id for item in second.items}
    assert len(second.items) == 2


def test_the_last_page_says_so_even_when_it_is_full() -> None:
    ProductFactory.create_batch(2)

    assert send(ListProducts(limit=2)).next is None


def test_asks_the_database_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ProductFactory.create_batch(5)

    with django_assert_num_queries(1, using="catalog"):
        send(ListProducts())
