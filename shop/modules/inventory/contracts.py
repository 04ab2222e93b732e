"""What other modules may know of the inventory: what it tells, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent


@dataclass(frozen=True, kw_only=True)
class StockChanged(IntegrationEvent):
    """The stock of a product over all inventories: ``available`` can be sold, ``reserved`` is promised.

    Available is what is on hand and not reserved, or nothing once the product is deleted.
    """

    type: ClassVar[str] = "inventory.stock_changed.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: UUID
    on_hand: int
    reserved: int
    available: int


@dataclass(frozen=True, kw_only=True)
class ReservedLine:
    """What a reservation holds of one product in one inventory."""

    product_id: UUID
    inventory_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ReservationPlaced(IntegrationEvent):
    """Stock is promised until ``expires_at``."""

    type: ClassVar[str] = "inventory.reservation_placed.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: UUID
    lines: tuple[ReservedLine, ...]
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReservationConfirmed(IntegrationEvent):
    """What was reserved has left the inventories."""

    type: ClassVar[str] = "inventory.reservation_confirmed.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: UUID
    lines: tuple[ReservedLine, ...]


@dataclass(frozen=True, kw_only=True)
class ReservationReleased(IntegrationEvent):
    """What was reserved can be sold again: its time was over (``expired``), or somebody gave it up."""

    type: ClassVar[str] = "inventory.reservation_released.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: UUID
    lines: tuple[ReservedLine, ...]
    expired: bool


@dataclass(frozen=True, kw_only=True)
class ReservationExpiryDue(IntegrationEvent):
    """A note of the inventory to itself: the reservation's time is over, if it is still placed."""

    type: ClassVar[str] = "inventory.reservation_expiry_due.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: UUID


@dataclass(frozen=True, kw_only=True)
class ProductAvailability:
    """``available`` can be sold; ``version`` is that of the ``StockChanged`` that said so."""

    product_id: UUID
    available: int
    version: int


@dataclass(frozen=True, kw_only=True)
class GetAvailability(Query[tuple[ProductAvailability, ...]]):
    """What can be sold of these products, by id; those that no stock is kept of are left out."""

    product_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class NamedInventory:
    """A place where stock may lie."""

    id: UUID
    name: str


@dataclass(frozen=True, kw_only=True)
class NameInventories(Query[tuple[NamedInventory, ...]]):
    """All inventories, by name: for people who choose one."""
