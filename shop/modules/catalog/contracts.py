"""What other modules may know of the catalog: what it tells, and what it answers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from shop.building_blocks.errors import Refusal
from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent

MOST_PRODUCTS = 500
"""In one question."""


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


class TooManyProducts(Refusal):
    """One question may be about so many products and no more."""


@dataclass(frozen=True, kw_only=True)
class FoundProduct:
    """A product that is for sale."""

    product_id: UUID
    sku: str
    name: str
    price: Decimal
    currency: str


@dataclass(frozen=True, kw_only=True)
class FindProducts(Query[tuple[FoundProduct, ...]]):
    """What these products, at most 500, are called and cost; those that are not for sale are left out."""

    product_ids: tuple[UUID, ...]
