"""Placing a reservation, and where it takes from."""

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import (
    ReservationExpiryDue,
    ReservationPlaced,
    ReservedLine,
    StockChanged,
)
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.models import InsufficientStock, OutboxMessage, Reservation
from tests.inventory.arrange import a_stock, adjust, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_what_is_reserved_is_still_there_but_not_available() -> None:
    mug = a_stock((an_inventory(), 12))

    reserve((mug, 5))

    stock = send(GetStock(mug))
    assert (stock.on_hand, stock.reserved, stock.available, stock.version) == (12, 5, 7, 2)


def test_tells_what_is_held_where_and_what_is_left() -> None:
    food = an_inventory()
    mug, cup = a_stock((food, 12)), a_stock((food, 3))

    reservation_id = reserve((mug, 5), (cup, 3))

    reservation = Reservation.objects.get()
    assert told(ReservationPlaced) == [
        ReservationPlaced(
            reservation_id=reservation_id,
            version=1,
            lines=(
                ReservedLine(product_id=mug, inventory_id=food, quantity=5),
                ReservedLine(product_id=cup, inventory_id=food, quantity=3),
            ),
            expires_at=reservation.expires_at,
        )
    ]
    changes = [(event.product_id, event.version, event.available) for event in told(StockChanged)]
    assert changes == [(mug, 1, 12), (cup, 1, 3), (mug, 2, 7), (cup, 2, 0)]


def test_wakes_the_inventory_when_its_time_is_over() -> None:
    reservation_id = reserve((a_stock((an_inventory(), 12)), 5), expires_in=60)

    note = OutboxMessage.objects.get(type=ReservationExpiryDue.type)
    reservation = Reservation.objects.get(id=reservation_id)
    assert note.not_before == reservation.expires_at
    assert 55 < (reservation.expires_at - timezone.now()).total_seconds() <= 60


def test_reserves_every_line_or_none_and_names_each_that_is_short() -> None:
    food, unknown = an_inventory(), uuid7()
    mug, cup, jug = (a_stock((food, quantity)) for quantity in (12, 3, 0))

    with pytest.raises(InsufficientStock) as refused:
        reserve((mug, 12), (cup, 4), (jug, 1), (unknown, 1))

    short = [(error["pointer"], error["available"]) for error in refused.value.errors]
    assert short == [("#/lines/1/quantity", 3), ("#/lines/2/quantity", 0), ("#/lines/3/quantity", 0)]
    assert send(GetStock(mug)).available == 12
    assert not Reservation.objects.exists()
    assert not told(ReservationExpiryDue)


def test_takes_from_the_fullest_inventory_first_and_from_as_few_as_can_be() -> None:
    food, cellar, attic = (an_inventory(name) for name in ("food", "cellar", "attic"))
    mug = a_stock((food, 2), (cellar, 7), (attic, 4))

    reserve((mug, 7))
    reserve((mug, 5))

    first, second = told(ReservationPlaced)
    assert [(line.inventory_id, line.quantity) for line in first.lines] == [(cellar, 7)]
    assert [(line.inventory_id, line.quantity) for line in second.lines] == [(attic, 4), (food, 1)]


def test_goods_that_came_in_meanwhile_can_be_reserved() -> None:
    food = an_inventory()
    mug = a_stock((food, 1))
    reserve((mug, 1))

    adjust(mug, food, 1)

    reserve((mug, 1))
    assert send(GetStock(mug)).available == 0
