"""A reservation that nobody came for is released by itself."""

import pytest

from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import ReservationExpiryDue, ReservationReleased, StockChanged
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from shop.modules.inventory.models import Reservation
from tests.inventory.arrange import a_stock, receive, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_what_it_held_can_be_sold_again_and_the_others_hear_that_it_expired() -> None:
    mug = a_stock((an_inventory(), 12))
    reservation = reserve((mug, 5))

    receive(ReservationExpiryDue(reservation_id=reservation, version=1))

    assert Reservation.objects.get().state == "expired"
    assert send(GetStock(mug)).available == 12
    (released,) = told(ReservationReleased)
    assert (released.reservation_id, released.version, released.expired) == (reservation, 2, True)
    assert told(StockChanged)[-1].available == 12


@pytest.mark.parametrize("end", [ConfirmReservation, ReleaseReservation])
def test_a_late_expiry_changes_nothing(end: type[ConfirmReservation | ReleaseReservation]) -> None:
    mug = a_stock((an_inventory(), 12))
    reservation = reserve((mug, 5))
    ended = send(end(reservation))
    before = send(GetStock(mug)), told(ReservationReleased)

    receive(ReservationExpiryDue(reservation_id=reservation, version=1))

    assert Reservation.objects.get().state == ended.state
    assert (send(GetStock(mug)), told(ReservationReleased)) == before


def test_a_second_expiry_changes_nothing() -> None:
    mug = a_stock((an_inventory(), 12))
    reservation = reserve((mug, 5))
    reserve((mug, 7))

    for _ in range(2):
        receive(ReservationExpiryDue(reservation_id=reservation, version=1))

    assert len(told(ReservationReleased)) == 1
    assert send(GetStock(mug)).available == 5
