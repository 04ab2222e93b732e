from uuid import UUID

import pytest

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.features.keep_availability import keep_availability
from shop.modules.inventory.contracts import StockChanged
from tests.support import a_product

pytestmark = pytest.mark.django_db


def stock_changed(product_id: UUID, version: int, available: int) -> StockChanged:
    return StockChanged(
        product_id=product_id, version=version, on_hand=available, reserved=0, available=available
    )


def test_shows_what_the_inventory_last_said() -> None:
    product_id = a_product()

    keep_availability(stock_changed(product_id, version=1, available=12))
    keep_availability(stock_changed(product_id, version=2, available=11))

    assert send(GetProduct(product_id)).details.available == 11


def test_drops_stale_news() -> None:
    product_id = a_product()
    keep_availability(stock_changed(product_id, version=5, available=3))

    keep_availability(stock_changed(product_id, version=4, available=12))

    assert send(GetProduct(product_id)).details.available == 3
