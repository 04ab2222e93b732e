"""The inventory's tables. Products are known by their id: the catalog owns them."""

from shop.building_blocks.http import idempotency
from shop.building_blocks.limits import models as limits
from shop.building_blocks.messaging import models as messaging
from shop.modules.inventory.models.inventory import Inventory, InventoryNotFound
from shop.modules.inventory.models.movement import Movement, MovementKind
from shop.modules.inventory.models.reservation import (
    Allocation,
    Reservation,
    ReservationAlreadyConfirmed,
    ReservationAlreadyReleased,
    ReservationExpired,
    ReservationNotFound,
    ReservationState,
)
from shop.modules.inventory.models.stock import (
    MOST,
    InsufficientStock,
    Stock,
    StockNotFound,
    TooMuchStock,
)
from shop.modules.inventory.models.stock_item import StockItem

__all__ = [
    "MOST",
    "Allocation",
    "Counter",
    "IdempotencyRecord",
    "InboxMessage",
    "InsufficientStock",
    "Inventory",
    "InventoryNotFound",
    "Movement",
    "MovementKind",
    "OperatorAction",
    "OutboxMessage",
    "Reservation",
    "ReservationAlreadyConfirmed",
    "ReservationAlreadyReleased",
    "ReservationExpired",
    "ReservationNotFound",
    "ReservationState",
    "Stock",
    "StockItem",
    "StockNotFound",
    "TooMuchStock",
]


class OutboxMessage(messaging.OutboxMessage):
    """What the inventory has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What the inventory was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did to the inventory's messages."""


class IdempotencyRecord(idempotency.IdempotencyRecord):
    """What the inventory answered to requests that may be sent again."""


class Counter(limits.Counter):
    """What clients of the inventory may not do without end."""
