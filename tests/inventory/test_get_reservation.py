import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_reservation import (
    AllocatedQuantity,
    GetReservation,
    ReservationLine,
)
from shop.modules.inventory.models import ReservationNotFound
from tests.inventory.arrange import a_stock, reserve
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_shows_the_lines_and_where_they_lie_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    food, cellar = an_inventory("food"), an_inventory("cellar")
    mug, cup = a_stock((food, 2), (cellar, 7)), a_stock((food, 1))
    reservation_id = reserve((mug, 8), (cup, 1), expires_in=60)

    with django_assert_num_queries(1, using="inventory"):
        reservation = send(GetReservation(reservation_id))

    assert (reservation.id, reservation.state, reservation.version) == (reservation_id, "placed", 1)
    assert reservation.lines == [
        ReservationLine(mug, 8, [AllocatedQuantity(cellar, 7), AllocatedQuantity(food, 1)]),
        ReservationLine(cup, 1, [AllocatedQuantity(food, 1)]),
    ]
    assert reservation.created_at < timezone.now() < reservation.expires_at


def test_shows_what_became_of_it() -> None:
    reservation = reserve((a_stock((an_inventory(), 12)), 5))
    send(ConfirmReservation(reservation))

    shown = send(GetReservation(reservation))

    assert (shown.state, shown.version) == ("confirmed", 2)
    assert [line.quantity for line in shown.lines] == [5]


def test_there_is_no_unknown_reservation() -> None:
    with pytest.raises(ReservationNotFound):
        send(GetReservation(uuid7()))
