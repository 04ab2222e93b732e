from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.http.etags import ANY_VERSION
from shop.building_blocks.mediator import send
from shop.modules.catalog.contracts import MOST_PRODUCTS, FindProducts, FoundProduct, TooManyProducts
from shop.modules.catalog.features.delete_product import DeleteProduct
from tests.support import a_product

pytestmark = pytest.mark.django_db


def test_answers_for_many_products_at_once_and_leaves_out_what_is_not_for_sale(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    mug = a_product(sku="MUG-1", name="Mug", price=Decimal("9.50"))
    cup = a_product(sku="CUP-1", name="Cup", price=Decimal("0.00"), currency="EUR")
    deleted = a_product(sku="PLATE-1")
    send(DeleteProduct(product_id=deleted, expected=ANY_VERSION))

    with django_assert_num_queries(1, using="catalog"):
        answer = send(FindProducts(product_ids=(cup, deleted, uuid7(), mug)))

    assert answer == (
        FoundProduct(product_id=mug, sku="MUG-1", name="Mug", price=Decimal("9.50"), currency="USD"),
        FoundProduct(product_id=cup, sku="CUP-1", name="Cup", price=Decimal("0.00"), currency="EUR"),
    )


@pytest.mark.parametrize("count", [0, 1, MOST_PRODUCTS])
def test_whoever_asks_for_less_than_the_most_is_answered(count: int) -> None:
    assert send(FindProducts(product_ids=tuple(uuid7() for _ in range(count)))) == ()


def test_refuses_a_question_about_too_many() -> None:
    many = tuple(uuid7() for _ in range(MOST_PRODUCTS + 1))

    with pytest.raises(TooManyProducts, match="501 products: at most 500 in one question"):
        send(FindProducts(product_ids=many))
