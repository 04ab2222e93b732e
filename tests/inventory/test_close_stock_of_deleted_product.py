"""A deleted product is sold no more; what was promised of it is kept."""

from uuid import UUID

import pytest

from shop.building_blocks.mediator import send
from shop.modules.catalog.contracts import ProductDeleted
from shop.modules.inventory.contracts import GetAvailability, ProductAvailability, StockChanged
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.list_inventory_items import ListInventoryItems
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from shop.modules.inventory.models import InboxMessage, InsufficientStock, StockItem
from tests.inventory.arrange import a_stock, adjust, product_created, receive, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def delete(product_id: UUID, times: int = 1) -> None:
    receive(ProductDeleted(product_id=product_id, version=2, sku="MUG-1"), times=times)


def test_nothing_of_it_is_available_although_it_lies_there() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))

    delete(mug)

    stock = send(GetStock(mug))
    assert (stock.on_hand, stock.available, stock.version) == (12, 0, 2)
    assert stock.closed_at
    assert [one.available for one in stock.inventories] == [0]
    assert [one.available for one in send(ListInventoryItems(inventory_id=food)).items] == [0]
    assert send(GetAvailability(product_ids=(mug,))) == (
        ProductAvailability(product_id=mug, available=0, version=2),
    )
    with pytest.raises(InsufficientStock):
        reserve((mug, 1))


def test_tells_the_others_once() -> None:
    mug = a_stock((an_inventory(), 12))

    delete(mug, times=3)
    delete(mug)

    assert told(StockChanged)[1:] == [
        StockChanged(product_id=mug, version=2, on_hand=12, reserved=0, available=0)
    ]


def test_what_was_promised_can_still_leave_and_what_is_given_back_is_not_sold() -> None:
    mug = a_stock((an_inventory(), 12))
    promised, given_up = reserve((mug, 5)), reserve((mug, 3))
    delete(mug)

    send(ConfirmReservation(promised))
    send(ReleaseReservation(given_up))

    stock = send(GetStock(mug))
    assert (stock.on_hand, stock.reserved, stock.available) == (7, 0, 0)


def test_the_rest_can_be_carried_away() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))
    delete(mug)

    rest = adjust(mug, food, -12, "Given to the neighbours.")

    assert (rest.on_hand, rest.available) == (0, 0)


def test_a_product_that_is_deleted_before_its_stock_was_opened_gets_none() -> None:
    created = product_created(an_inventory(), quantity=12)

    delete(created.product_id)
    receive(created)

    assert not StockItem.objects.exists()
    assert set(InboxMessage.objects.values_list("state", flat=True)) == {"done"}
    stock = send(GetStock(created.product_id))
    assert (stock.sku, stock.on_hand, stock.inventories) == ("MUG-1", 0, [])
