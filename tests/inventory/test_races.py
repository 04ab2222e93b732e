"""Many at once: nothing is sold twice, and nobody waits in a circle."""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import (
    ReservationConfirmed,
    ReservationExpiryDue,
    ReservationReleased,
    StockChanged,
)
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from tests.inventory.arrange import a_stock, receive, reserve, told
from tests.support import an_inventory

pytestmark = pytest.mark.django_db(transaction=True)

CLIENTS = 64


def at_once(*actions: Callable[[], Any]) -> list[str]:
    """Run each in a thread with database sessions of its own; "done", or the name of the refusal."""
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], Any]) -> str:
        start.wait(60)
        try:
            action()
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_of_64_clients_who_want_the_last_ten_units_ten_get_one() -> None:
    mug = a_stock((an_inventory("food"), 6), (an_inventory("cellar"), 4))

    answers = at_once(*[lambda: reserve((mug, 1))] * CLIENTS)

    assert Counter(answers) == {"done": 10, "InsufficientStock": 54}
    stock = send(GetStock(mug))
    assert (stock.on_hand, stock.reserved, stock.available) == (10, 10, 0)
    assert [event.available for event in told(StockChanged)] == [6, *range(10, -1, -1)]


def test_who_reserves_the_same_products_in_another_order_waits_in_no_circle() -> None:
    food = an_inventory()
    products = [a_stock((food, 100)) for _ in range(6)]
    wanted = [(product, 1) for product in products]

    answers = at_once(*[lambda: reserve(*wanted), lambda: reserve(*reversed(wanted))] * 8)

    assert answers == ["done"] * 16
    assert {send(GetStock(product)).reserved for product in products} == {16}


@pytest.mark.parametrize("round_", range(5))
def test_of_a_confirm_a_release_and_an_expiry_at_once_one_wins(round_: int) -> None:
    mug = a_stock((an_inventory(), 5))
    reservation = reserve((mug, 3))
    due = ReservationExpiryDue(reservation_id=reservation, version=1)

    at_once(
        *[lambda: send(ConfirmReservation(reservation))] * 3,
        *[lambda: send(ReleaseReservation(reservation))] * 3,
        *[lambda: receive(due)] * 3,
    )

    ended = told(ReservationConfirmed) + told(ReservationReleased)
    assert len(ended) == 1
    stock = send(GetStock(mug))
    left = 2 if isinstance(ended[0], ReservationConfirmed) else 5
    assert (stock.on_hand, stock.reserved, stock.version) == (left, 0, 3)


@pytest.mark.postgresql
def test_a_command_that_loses_a_deadlock_begins_anew() -> None:
    """Events of one batch share a transaction, and so lock in the order in which they come."""
    food = an_inventory()
    mug, cup = a_stock((food, 64)), a_stock((food, 64))
    events = [
        ReservationExpiryDue(reservation_id=reserve((product, 1)), version=1)
        for _ in range(8)
        for product in (cup, mug)
    ]

    answers = at_once(lambda: receive(*events), *[lambda: reserve((mug, 1), (cup, 1))] * 8)

    assert answers == ["done"] * 9
    assert send(GetStock(mug)).reserved == send(GetStock(cup)).reserved == 8
