"""A released reservation holds nothing any more."""

import pytest
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import (
    ReservationExpiryDue,
    ReservationReleased,
    ReservedLine,
    StockChanged,
)
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from shop.modules.inventory.models import (
    Movement,
    ReservationAlreadyConfirmed,
    ReservationExpired,
    ReservationNotFound,
)
from tests.inventory.arrange import a_stock, let_its_time_pass, receive, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_what_it_held_can_be_sold_again_in_the_inventories_that_it_was_taken_from() -> None:
    mug = a_stock((an_inventory("food"), 2), (an_inventory("cellar"), 7))
    before = send(GetStock(mug)).inventories
    reservation = reserve((mug, 8))

    released = send(ReleaseReservation(reservation))

    assert (released.id, released.state, released.version) == (reservation, "released", 2)
    assert send(GetStock(mug)).inventories == before
    assert not Movement.objects.filter(kind="shipment").exists()


def test_tells_what_is_free_again_and_cancels_the_expiry() -> None:
    food = an_inventory()
    mug = a_stock((food, 12))
    reservation = reserve((mug, 5))

    send(ReleaseReservation(reservation))

    line = ReservedLine(product_id=mug, inventory_id=food, quantity=5)
    assert told(ReservationReleased) == [
        ReservationReleased(reservation_id=reservation, version=2, lines=(line,), expired=False)
    ]
    assert told(StockChanged)[-1].available == 12
    assert not told(ReservationExpiryDue)


def test_again_it_answers_the_same_and_tells_nothing_new() -> None:
    mug = a_stock((an_inventory(), 12))
    reservation = reserve((mug, 5))

    first, second = (send(ReleaseReservation(reservation)) for _ in range(2))

    assert first == second
    assert len(told(ReservationReleased)) == 1
    assert send(GetStock(mug)).available == 12


def test_what_has_left_cannot_be_given_up() -> None:
    reservation = reserve((a_stock((an_inventory(), 12)), 5))
    send(ConfirmReservation(reservation))

    with pytest.raises(ReservationAlreadyConfirmed):
        send(ReleaseReservation(reservation))


def test_it_can_be_given_up_after_its_time_but_not_once_it_has_expired() -> None:
    mug = a_stock((an_inventory(), 12))
    late, expired = reserve((mug, 1)), reserve((mug, 2))
    let_its_time_pass(late)
    receive(ReservationExpiryDue(reservation_id=expired, version=1))

    assert send(ReleaseReservation(late)).state == "released"
    with pytest.raises(ReservationExpired):
        send(ReleaseReservation(expired))

    assert send(GetStock(mug)).available == 12


def test_refuses_an_unknown_reservation() -> None:
    with pytest.raises(ReservationNotFound):
        send(ReleaseReservation(uuid7()))
