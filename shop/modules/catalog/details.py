"""One product, as those see it who fetch it or have changed it."""

from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db.models import QuerySet

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.shapes import Timestamp
from shop.modules.catalog.models import Product, ProductNotFound


class ProductDetails(msgspec.Struct, frozen=True):
    """``available`` is what the inventory last said, moments ago."""

    id: UUID
    sku: str
    name: str
    description: str
    price: Decimal
    currency: str
    available: int
    version: int
    created_at: Timestamp
    updated_at: Timestamp


class SeenProduct(NamedTuple):
    """The version of the availability is no part of the answer, but of its tag."""

    details: ProductDetails
    availability_version: int


_COLUMNS = [
    "listing__available" if field == "available" else field for field in ProductDetails.__struct_fields__
]


def _by_id(product_id: Any) -> QuerySet[Product, tuple[Any, ...]]:
    """Joined with its listing, which a deleted product has not."""
    return Product.objects.filter(id=product_id, listing__isnull=False).values_list(
        *_COLUMNS, "listing__stock_version"
    )


_product = Statement(_by_id)


def see(product_id: UUID) -> SeenProduct:
    """Raises ProductNotFound."""
    row = _product.one(product_id=product_id)
    if row is None:
        raise ProductNotFound(f"There is no product {product_id}.")
    *details, availability_version = row
    return SeenProduct(ProductDetails(*details), availability_version)
