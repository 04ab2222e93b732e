import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.features.get_stock import GetStock, StockInInventory
from shop.modules.inventory.models import StockNotFound
from tests.inventory.arrange import a_stock, reserve
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_shows_the_totals_and_every_inventory_by_name_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    food, cellar = an_inventory("food"), an_inventory("cellar")
    mug = a_stock((food, 12), (cellar, 7))
    reserve((mug, 3))

    with django_assert_num_queries(1, using="inventory"):
        stock = send(GetStock(mug))

    assert (stock.sku, stock.on_hand, stock.reserved, stock.available) == ("MUG-1", 19, 3, 16)
    assert (stock.version, stock.closed_at) == (3, None)
    assert stock.inventories == [
        StockInInventory(inventory_id=cellar, name="cellar", on_hand=7, reserved=0, available=7),
        StockInInventory(inventory_id=food, name="food", on_hand=12, reserved=3, available=9),
    ]


def test_there_is_no_stock_of_an_unknown_product() -> None:
    with pytest.raises(StockNotFound):
        send(GetStock(uuid7()))
