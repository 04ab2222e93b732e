"""What other modules may know of the catalog: what it tells, and what it answers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from shop.building_blocks.errors import Refusal
from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent

MOST_PRODUCTS = 500
"""In one question."""

ProductId = Annotated[
    UUID, Meta(description="The product, for all modules.", examples=["01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90"])
]
Sku = Annotated[
    str, Meta(description="3 to 32 of A-Z, 0-9 and -; unique, and never changed.", examples=["MUG-1"])
]
Name = Annotated[str, Meta(description="1 to 255 characters, in the shop's language.", examples=["Mug"])]
Price = Annotated[
    Decimal, Meta(description="Of one piece: at least 0, with two decimal places.", examples=["9.50"])
]
Currency = Annotated[str, Meta(description="Of the price, by ISO 4217.", examples=["EUR"])]
InventoryId = Annotated[
    UUID, Meta(description="Where the opening stock lies.", examples=["01936d0c-1c52-7d1e-8a3b-2f6e0d9c4b71"])
]
OpeningStock = Annotated[int, Meta(description="Pieces that lie there: at least 0.", examples=[12])]


@dataclass(frozen=True, kw_only=True)
class ProductCreated(IntegrationEvent):
    """A product is in the catalog; ``quantity`` of it lie in the inventory ``inventory_id``.

    It is the first event of the product. Nothing can be sold before its stock is open, which
    ``inventory.stock_changed.v1`` tells.
    """

    type: ClassVar[str] = "catalog.product_created.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: ProductId
    sku: Sku
    name: Name
    price: Price
    currency: Currency
    inventory_id: InventoryId
    quantity: OpeningStock


@dataclass(frozen=True, kw_only=True)
class ProductUpdated(IntegrationEvent):
    """A product has changed, and is like this now: all of it, not only what is new. Its SKU never changes."""

    type: ClassVar[str] = "catalog.product_updated.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: ProductId
    sku: Sku
    name: Name
    price: Price
    currency: Currency


@dataclass(frozen=True, kw_only=True)
class ProductDeleted(IntegrationEvent):
    """A product is no longer sold. It does not come back, and its SKU is not given to another.

    It is the last event of the product.
    """

    type: ClassVar[str] = "catalog.product_deleted.v1"
    aggregate: ClassVar[str] = "product_id"

    product_id: ProductId
    sku: Sku


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
