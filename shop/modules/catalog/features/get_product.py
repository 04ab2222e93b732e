"""Show one product."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import msgspec
from django.db.models import F
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.errors import NotFound
from shop.building_blocks.http.endpoints import Endpoint
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


@dataclass(frozen=True)
class GetProduct(Query[ProductDetails]):
    product_id: UUID


class ProductNotFound(NotFound):
    """The catalog has no such product."""


@handles(GetProduct)
def get_product(query: GetProduct) -> ProductDetails:
    product = (
        Product.objects.filter(id=query.product_id)
        .annotate(in_stock=Coalesce(F("availability__available"), 0))
        .first()
    )
    if product is None:
        raise ProductNotFound(f"There is no product {query.product_id}.")
    return ProductDetails(
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


class GetProductEndpoint(Endpoint):
    required_scopes = ["catalog:read"]
    refuses = (ProductNotFound,)

    @extend_schema(responses={200: ProductDetails})
    def get(self, _request: Request, product_id: UUID) -> Response:
        return Response(send(GetProduct(product_id)))
