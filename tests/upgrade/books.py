"""Whether all that was told was done, once and in order, whichever version had it in hand."""

from collections import defaultdict
from typing import NamedTuple
from uuid import UUID

from shop.building_blocks.messaging import registry
from tests.acceptance.processes import MODULES
from tests.support import eventually
from tests.upgrade.customers import Customers, Purchase
from tests.upgrade.shop import TwoVersions

# What is scheduled for later, the expiry of a reservation, is not sent yet, and keeps no order with the rest.
TOLD = "SELECT event_id, type, subject, published_at IS NOT NULL FROM {}_outboxmessage {} ORDER BY id"
AT_ONCE = "WHERE type NOT LIKE '%_due.v%'"
DONE = "SELECT event_id, consumer, subject, state FROM {}_inboxmessage ORDER BY id"
SUMS = "SELECT stock_id::text, sum({})::int FROM {} GROUP BY stock_id"
LISTED = "SELECT product_id::text, available FROM catalog_listing"
PROMISED = """
    SELECT reservation_id::text, stock_id::text, quantity
    FROM inventory_allocation JOIN inventory_stockitem AS item ON item.id = item_id
"""
GONE = """
    SELECT reservation_id::text, stock_id::text, -delta
    FROM inventory_movement WHERE reservation_id IS NOT NULL
"""


class Told(NamedTuple):
    id: UUID
    type: str
    subject: str
    is_sent: bool


class Done(NamedTuple):
    id: UUID
    consumer: str
    subject: str
    state: str


class Books:
    def __init__(self, shop: TwoVersions) -> None:
        self._shop = shop

    def are_settled(self) -> None:
        """Every event is sent, and every consumer of its type has handled it: once, in the order of its
        aggregate, and without a failure. Raises AssertionError when that is not so in time.
        """
        eventually(lambda: all(event.is_sent for event in self._told()), seconds=60)
        eventually(lambda: all(map(self._is_done, MODULES)), seconds=60)
        assert {one.state for module in MODULES for one in self._done(module)} <= {"done"}
        for module in MODULES:
            self._is_in_order(module)

    def agree_with(self, customers: Customers) -> None:
        """What each bought was promised and left the shelves, once; the catalog has heard of all."""
        for sql in (PROMISED, GONE):
            rows = [Purchase(*row) for row in self._shop.ask("inventory", sql)]
            assert sorted(one for one in rows if one.product in customers.products) == sorted(
                customers.purchases
            )
        on_hand = dict(self._shop.ask("inventory", SUMS.format("on_hand", "inventory_stockitem")))
        ledger = dict(self._shop.ask("inventory", SUMS.format("delta", "inventory_movement")))
        assert on_hand == ledger == dict(self._shop.ask("catalog", LISTED))

    def _told(self) -> list[Told]:
        return [
            Told(*row) for module in MODULES for row in self._shop.ask(module, TOLD.format(module, AT_ONCE))
        ]

    def _done(self, module: str) -> list[Done]:
        return [Done(*row) for row in self._shop.ask(module, DONE.format(module))]

    def _is_done(self, module: str) -> bool:
        owed = {
            (event.id, consumer.name)
            for event in self._told()
            for consumer in registry.consumers(module, event.type)
        }
        return owed <= {(one.id, one.consumer) for one in self._done(module)}

    def _is_in_order(self, module: str) -> None:
        place = {event.id: number for number, event in enumerate(self._told())}
        handled: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        for one in self._done(module):
            if one.id in place:
                handled[one.consumer, one.subject].append(place[one.id])
        late = {of: places for of, places in handled.items() if places != sorted(set(places))}
        assert not late
