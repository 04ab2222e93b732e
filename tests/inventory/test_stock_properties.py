"""Whatever happens to stock, and in whatever order: the books are right after every step."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F, Sum
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from uuid_utils.compat import uuid7

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.modules.catalog.contracts import ProductDeleted
from shop.modules.inventory.contracts import (
    GetAvailability,
    ReservationConfirmed,
    ReservationExpiryDue,
    ReservationPlaced,
    ReservationReleased,
    StockChanged,
)
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from shop.modules.inventory.models import (
    Allocation,
    InsufficientStock,
    Movement,
    Reservation,
    ReservationAlreadyConfirmed,
    ReservationAlreadyReleased,
    ReservationExpired,
    StockItem,
)
from tests.inventory.arrange import a_stock, adjust, let_its_time_pass, receive, reserve, told
from tests.support import an_inventory

which = st.integers(0, 1)
quantities = st.integers(1, 6)


def refusal_of(action: Callable[[], Any]) -> Refusal | None:
    try:
        action()
    except Refusal as refusal:
        return refusal
    return None


class Warehouse(RuleBasedStateMachine):
    """Two products in two inventories. Runs before this one left theirs behind: nothing deletes stock."""

    reservations: Bundle[UUID] = Bundle("reservations")

    def __init__(self) -> None:
        super().__init__()
        self.places = [an_inventory(f"{uuid7()}") for _ in range(2)]
        self.products = [a_stock((self.places[0], 5), (self.places[1], 3)), a_stock((self.places[1], 4))]
        self.states: dict[UUID, str] = {}
        self.overdue: set[UUID] = set()

    @rule(product=which, place=which, delta=quantities | quantities.map(lambda units: -units))
    def adjust(self, product: int, place: int, delta: int) -> None:
        items = StockItem.objects.filter(stock=self.products[product], inventory=self.places[place])
        free = sum(item.free for item in items)

        refusal = refusal_of(lambda: adjust(self.products[product], self.places[place], delta))

        assert isinstance(refusal, InsufficientStock) == (free + delta < 0)

    @rule(target=reservations, wanted=st.dictionaries(which, quantities, min_size=1))
    def reserve(self, wanted: Mapping[int, int]) -> MultipleResults[UUID]:
        lines = [(self.products[product], quantity) for product, quantity in wanted.items()]
        short = [
            f"#/lines/{number}/quantity"
            for number, (product, quantity) in enumerate(lines)
            if quantity > send(GetStock(product)).available
        ]
        placed: list[UUID] = []

        refusal = refusal_of(lambda: placed.append(reserve(*lines)))

        assert [error["pointer"] for error in (refusal.errors if refusal else [])] == short
        self.states |= dict.fromkeys(placed, "placed")
        return multiple(*placed)

    @rule(product=which, seldom=st.integers(0, 7))
    def delete(self, product: int, seldom: int) -> None:
        if seldom == 0:
            receive(ProductDeleted(product_id=self.products[product], version=2, sku="MUG-1"))

    @rule(reservation=reservations)
    def let_its_time_pass(self, reservation: UUID) -> None:
        let_its_time_pass(reservation)
        self.overdue.add(reservation)

    @rule(reservation=reservations)
    def confirm(self, reservation: UUID) -> None:
        refusals = {"released": ReservationAlreadyReleased, "expired": ReservationExpired}
        if reservation in self.overdue:
            refusals["placed"] = ReservationExpired
        self._end(reservation, lambda: send(ConfirmReservation(reservation)), "confirmed", refusals)

    @rule(reservation=reservations)
    def release(self, reservation: UUID) -> None:
        refusals = {"confirmed": ReservationAlreadyConfirmed, "expired": ReservationExpired}
        self._end(reservation, lambda: send(ReleaseReservation(reservation)), "released", refusals)

    @rule(reservation=reservations)
    def expire(self, reservation: UUID) -> None:
        state = "expired" if self.states[reservation] == "placed" else self.states[reservation]
        due = ReservationExpiryDue(reservation_id=reservation, version=1)
        self._end(reservation, lambda: receive(due), state, {})

    def _end(
        self, reservation: UUID, action: Callable[[], Any], state: str, refusals: Mapping[str, type[Refusal]]
    ) -> None:
        expected = refusals.get(self.states[reservation])
        assert type(refusal_of(action)) is (expected or type(None))
        if not expected:
            self.states[reservation] = state

    @invariant()
    def on_hand_is_the_sum_of_the_movements(self) -> None:
        moved = Movement.objects.filter(stock__in=self.products).values_list("item").annotate(Sum("delta"))
        on_hand = self._items().filter(on_hand__gt=0).values_list("pk", "on_hand")
        assert dict(on_hand) == {item: units for item, units in moved if units}

    @invariant()
    def reserved_is_what_open_reservations_hold_and_never_more_than_there_is(self) -> None:
        held = Allocation.objects.filter(reservation__state="placed", item__stock__in=self.products)
        reserved = self._items().filter(reserved__gt=0).values_list("pk", "reserved")
        assert dict(reserved) == dict(held.values_list("item").annotate(Sum("quantity")))
        assert not self._items().filter(reserved__gt=F("on_hand")).exists()

    @invariant()
    def every_version_was_told_and_the_last_one_is_the_state(self) -> None:
        news = told(StockChanged, *self.products)
        known = {one.product_id: one for one in send(GetAvailability(product_ids=tuple(self.products)))}
        for product in self.products:
            *_, last = about = [event for event in news if event.product_id == product]
            stock = send(GetStock(product))
            assert [event.version for event in about] == list(range(1, stock.version + 1))
            assert (last.on_hand, last.reserved) == (stock.on_hand, stock.reserved)
            assert last.available == stock.available == known[product].available
            assert known[product].version == stock.version

    def teardown(self) -> None:
        """What became of each reservation was told once."""
        assert dict(Reservation.objects.filter(id__in=self.states).values_list("id", "state")) == self.states
        ends = [self._told_once(ReservationConfirmed), self._told_once(ReservationReleased)]
        states = list(self.states.values())
        assert self._told_once(ReservationPlaced) == len(states)
        assert ends == [states.count("confirmed"), states.count("released") + states.count("expired")]

    def _told_once(self, event_type: type[IntegrationEvent]) -> int:
        about = [one.reservation_id for one in told(event_type) if one.reservation_id in self.states]
        assert len(set(about)) == len(about)
        return len(about)

    def _items(self) -> Any:
        return StockItem.objects.filter(stock__in=self.products)


@pytest.mark.django_db
def test_the_books_are_right_after_every_step() -> None:
    often = settings(
        max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Warehouse, settings=often)
