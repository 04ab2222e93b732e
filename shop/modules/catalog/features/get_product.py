"""Show one product."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db.models import F
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.errors import NotFound
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.catalog.models import Product


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


@dataclass(frozen=True)
class GetProduct(Query[SeenProduct]):
    product_id: UUID


class ProductNotFound(NotFound):
    """The catalog has no such product."""


@handles(GetProduct)
def get_product(query: GetProduct) -> SeenProduct:
    product = (
        Product.objects.filter(id=query.product_id)
        .annotate(
            in_stock=Coalesce(F("availability__available"), 0),
            availability_version=Coalesce(F("availability__version"), 0),
        )
        .first()
    )
    if product is None:
        raise ProductNotFound(f"There is no product {query.product_id}.")
    details = ProductDetails(
        id=product.id,
        sku=product.sku,
        name=product.name,
        description=product.description,
        price=product.price,
        currency=product.currency,
        available=product.in_stock,
        version=product.version,
        created_at=product.created_at,
        updated_at=product.updated_at,
    )
    return SeenProduct(details, product.availability_version)


class GetProductEndpoint(Endpoint):
    required_scopes = ["catalog:read"]
    refuses = (ProductNotFound,)

    @extend_schema(responses={200: ProductDetails})
    def get(self, request: Request, product_id: UUID) -> Response:
        product, availability_version = send(GetProduct(product_id))
        return tagged(request, product, product.version, availability_version)
