"""What other modules may know of the inventory: the events it publishes."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

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
