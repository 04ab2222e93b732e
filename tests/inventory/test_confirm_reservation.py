"""A confirmed reservation is sold: its units leave."""

import pytest
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import (
    ReservationConfirmed,
    ReservationExpiryDue,
    ReservedLine,
    StockChanged,
)
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from shop.modules.inventory.models import (
    Movement,
    ReservationAlreadyReleased,
    ReservationExpired,
    ReservationNotFound,
)
from tests.inventory.arrange import a_stock, let_its_time_pass, receive, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_what_was_reserved_leaves_the_inventories_that_it_was_taken_from() -> None:
    food, cellar = an_inventory("food"), an_inventory("cellar")
    mug = a_stock((food, 2), (cellar, 7))
    reservation = reserve((mug, 8))

    confirmed = send(ConfirmReservation(reservation))

    assert (confirmed.id, confirmed.state, confirmed.version) == (reservation, "confirmed", 2)
    stock = send(GetStock(mug))
    assert (stock.on_hand, stock.reserved, stock.available) == (1, 0, 1)
    assert {one.name: one.on_hand for one in stock.inventories} == {"cellar": 0, "food": 1}
    shipped = Movement.objects.filter(kind="shipment", reservation=reservation, version=stock.version)
    assert set(shipped.values_list("item__inventory__name", "delta", "balance")) == {
        ("cellar", -7, 0),
        ("food", -1, 1),
    }


def test_tells_what_left_and_what_is_left() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))
    reservation = reserve((mug, 5))

    send(ConfirmReservation(reservation))

    line = ReservedLine(product_id=mug, inventory_id=food, quantity=5)
    assert told(ReservationConfirmed) == [
        ReservationConfirmed(reservation_id=reservation, version=2, lines=(line,))
    ]
    assert told(StockChanged)[-1] == StockChanged(
        product_id=mug, version=3, on_hand=7, reserved=0, available=7
    )


def test_cancels_the_expiry() -> None:
    reservation = reserve((a_stock((an_inventory(), 12)), 5))

    send(ConfirmReservation(reservation))

    assert not told(ReservationExpiryDue)


def test_again_it_answers_the_same_and_tells_nothing_new() -> None:
    mug = a_stock((an_inventory(), 12))
    reservation = reserve((mug, 5))

    first, second = (send(ConfirmReservation(reservation)) for _ in range(2))

    assert first == second
    assert len(told(ReservationConfirmed)) == 1
    assert send(GetStock(mug)).on_hand == 7


def test_what_was_given_up_cannot_be_confirmed() -> None:
    reservation = reserve((a_stock((an_inventory(), 12)), 5))
    send(ReleaseReservation(reservation))

    with pytest.raises(ReservationAlreadyReleased):
        send(ConfirmReservation(reservation))


def test_the_clock_decides_that_it_is_too_late_and_not_when_the_expiry_runs() -> None:
    mug = a_stock((an_inventory(), 12))
    reservation = reserve((mug, 5))
    let_its_time_pass(reservation)

    with pytest.raises(ReservationExpired, match="It was held until"):
        send(ConfirmReservation(reservation))

    assert told(ReservationExpiryDue), "it will still be noticed"
    receive(ReservationExpiryDue(reservation_id=reservation, version=1))
    with pytest.raises(ReservationExpired):
        send(ConfirmReservation(reservation))
    assert send(GetStock(mug)).available == 12


def test_refuses_an_unknown_reservation() -> None:
    with pytest.raises(ReservationNotFound):
        send(ConfirmReservation(uuid7()))
