"""Corrections of the stock, each with a reason that stays."""

import pytest
from uuid_utils.compat import uuid7

from shop.modules.inventory.contracts import StockChanged
from shop.modules.inventory.models import (
    MOST,
    InsufficientStock,
    InventoryNotFound,
    Movement,
    StockItem,
    StockNotFound,
    TooMuchStock,
)
from tests.inventory.arrange import a_stock, adjust, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_what_came_in_is_on_hand_and_in_the_ledger() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))

    stock = adjust(mug, food, 5, "Delivery 4711.")

    assert (stock.on_hand, stock.reserved, stock.available, stock.version) == (17, 0, 17, 2)
    movement = Movement.objects.latest("version")
    assert (movement.kind, movement.delta, movement.balance) == ("adjustment", 5, 17)
    assert (movement.reason, movement.version) == ("Delivery 4711.", 2)


def test_tells_the_others() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))

    adjust(mug, food, -2)

    assert told(StockChanged)[-1] == StockChanged(
        product_id=mug, version=2, on_hand=10, reserved=0, available=10
    )


def test_stock_may_come_to_an_inventory_that_had_none() -> None:
    mug = a_stock((an_inventory("food"), 12))
    cellar = an_inventory("cellar")

    stock = adjust(mug, cellar, 5)

    assert stock.on_hand == 17
    assert StockItem.objects.get(inventory=cellar).on_hand == 5


def test_what_is_reserved_cannot_be_taken_away() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))
    reserve((mug, 10))

    adjust(mug, food, -2)
    with pytest.raises(InsufficientStock, match="Only 0 of MUG-1 can be taken away there"):
        adjust(mug, food, -1)

    assert StockItem.objects.get().on_hand == 10


def test_what_lies_elsewhere_cannot_be_taken_away_here() -> None:
    mug = a_stock((an_inventory("food"), 12))
    cellar = an_inventory("cellar")

    with pytest.raises(InsufficientStock):
        adjust(mug, cellar, -1)

    assert not StockItem.objects.filter(inventory=cellar).exists()


def test_there_is_a_most_over_all_inventories() -> None:
    mug = a_stock((an_inventory("food"), 1))
    cellar = an_inventory("cellar")

    with pytest.raises(TooMuchStock):
        adjust(mug, cellar, MOST)

    assert adjust(mug, cellar, MOST - 1).on_hand == MOST


def test_refuses_unknown_products_and_inventories() -> None:
    food = an_inventory()
    with pytest.raises(StockNotFound):
        adjust(uuid7(), food, 1)
    with pytest.raises(InventoryNotFound):
        adjust(a_stock((food, 1)), uuid7(), 1)
