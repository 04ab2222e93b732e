"""What other modules may know of the inventory: what it tells, and what it answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent

ProductId = Annotated[
    UUID, Meta(description="The catalog's product.", examples=["01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90"])
]
InventoryId = Annotated[
    UUID, Meta(description="Where it lies.", examples=["01936d0c-1c52-7d1e-8a3b-2f6e0d9c4b71"])
]
ReservationId = Annotated[
    UUID, Meta(description="The reservation.", examples=["01936d0d-2b6f-7c35-9d40-7e81f5a2c6b3"])
]
Time = Annotated[
    datetime,
    Meta(
        description="When it is released unless it was confirmed before.",
        examples=["2026-02-14T09:45:00Z"],
        extra_json_schema={"format": "date-time"},
    ),
]


@dataclass(frozen=True, kw_only=True)
class StockChanged(IntegrationEvent):
    """The stock of a product over all inventories: ``available`` can be sold, ``reserved`` is promised.

    Available is what is on hand and not reserved, or nothing once the product is deleted. It tells all of
    the stock and not what was added: who has missed some is right again after the next one.
    """

    type: ClassVar[str] = "inventory.stock_changed.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: ProductId
    on_hand: Annotated[int, Meta(description="Pieces that are there, reserved ones included.", examples=[12])]
    reserved: Annotated[int, Meta(description="Pieces that reservations hold.", examples=[2])]
    available: Annotated[int, Meta(description="Pieces that can be sold.", examples=[10])]


@dataclass(frozen=True, kw_only=True)
class ReservedLine:
    """What a reservation holds of one product in one inventory."""

    product_id: ProductId
    inventory_id: InventoryId
    quantity: Annotated[int, Meta(description="Pieces: at least 1.", examples=[2])]


Lines = Annotated[
    tuple[ReservedLine, ...],
    Meta(description="What is reserved: at most one line for each product and inventory."),
]


@dataclass(frozen=True, kw_only=True)
class ReservationPlaced(IntegrationEvent):
    """Stock is promised until ``expires_at``. One event more tells how it ended: confirmed or released."""

    type: ClassVar[str] = "inventory.reservation_placed.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: ReservationId
    lines: Lines
    expires_at: Time


@dataclass(frozen=True, kw_only=True)
class ReservationConfirmed(IntegrationEvent):
    """What was reserved has left the inventories. The reservation holds nothing any more."""

    type: ClassVar[str] = "inventory.reservation_confirmed.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: ReservationId
    lines: Lines


@dataclass(frozen=True, kw_only=True)
class ReservationReleased(IntegrationEvent):
    """What was reserved can be sold again: its time was over (``expired``), or somebody gave it up."""

    type: ClassVar[str] = "inventory.reservation_released.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: ReservationId
    lines: Lines
    expired: Annotated[bool, Meta(description="Whether its time was over.", examples=[False])]


@dataclass(frozen=True, kw_only=True)
class ReservationExpiryDue(IntegrationEvent):
    """A note of the inventory to itself: the reservation's time is over, if it is still placed.

    It is sent at that time and not in the order of the other events of the reservation. Others go by
    ``inventory.reservation_released.v1``.
    """

    type: ClassVar[str] = "inventory.reservation_expiry_due.v1"
    aggregate: ClassVar[str] = "reservation_id"

    reservation_id: ReservationId


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
