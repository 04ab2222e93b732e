"""What other modules may know of the inventory: what it tells, and what it answers."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent


@dataclass(frozen=True, kw_only=True)
class StockChanged(IntegrationEvent):
    """The stock of a product over all inventories: ``available`` can be sold, ``reserved`` is promised."""

    type: ClassVar[str] = "inventory.stock_changed.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: UUID
    on_hand: int
    reserved: int
    available: int


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
