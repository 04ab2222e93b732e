"""What other modules may know of the catalog: the events it publishes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from shop.building_blocks.messaging.events import IntegrationEvent


@dataclass(frozen=True, kw_only=True)
class ProductCreated(IntegrationEvent):
    """A product is in the catalog; ``quantity`` of it lie in the inventory ``inventory_id``."""

    type: ClassVar[str] = "catalog.product_created.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: UUID
    sku: str
    name: str
    price: Decimal
    currency: str
    inventory_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class ProductUpdated(IntegrationEvent):
    """A product has changed, and is like this now. Its SKU never changes."""

    type: ClassVar[str] = "catalog.product_updated.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: UUID
    sku: str
    name: str
    price: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class ProductDeleted(IntegrationEvent):
    """A product is no longer sold. It does not come back, and its SKU is not given to another."""

    type: ClassVar[str] = "catalog.product_deleted.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: UUID
    sku: str
