from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.models import ProductNotFound
from tests.support import a_product

pytestmark = pytest.mark.django_db


def test_shows_a_product_that_has_no_stock_yet() -> None:
    product_id = a_product(sku="MUG-1", name="Mug", price=Decimal("9.5"), description="White.")

    product = send(GetProduct(product_id)).details

    assert (product.sku, product.name, product.description) == ("MUG-1", "Mug", "White.")
    assert product.price == Decimal("9.50")
    assert str(product.price) == "9.50"
    assert (product.available, product.version) == (0, 1)


def test_refuses_an_unknown_product() -> None:
    with pytest.raises(ProductNotFound):
        send(GetProduct(uuid7()))


def test_asks_the_database_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    product_id = a_product()

    with django_assert_num_queries(1, using="catalog"):
        send(GetProduct(product_id))
