"""List the products, newest first."""

from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from uuid import UUID

import msgspec
from django.db.models import F
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.pages import Page, PageParameters
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.catalog.models import Product


class ProductListItem(msgspec.Struct, frozen=True):
    id: UUID
    sku: str
    name: str
    price: Decimal
    currency: str
    available: int


class ProductPage(Page[ProductListItem], frozen=True):
    pass


@dataclass(frozen=True)
class ListProducts(Query[ProductPage]):
    limit: int = 20
    cursor: UUID | None = None


@handles(ListProducts)
def list_products(query: ListProducts) -> ProductPage:
    """Ids are UUIDv7: their order is the order of creation."""
    products = Product.objects.annotate(available=Coalesce(F("availability__available"), 0))
    if query.cursor:
        products = products.filter(id__lt=query.cursor)
    rows = products.order_by("-id").values_list(*ProductListItem.__struct_fields__)
    items = [ProductListItem(*row) for row in rows[: query.limit + 1]]
    return ProductPage.of(items, query.limit, key=attrgetter("id"))


class ListProductsEndpoint(Endpoint):
    required_scopes = ["catalog:read"]

    @extend_schema(parameters=[PageParameters], responses={200: ProductPage})
    def get(self, request: Request) -> Response:
        return Response(send(ListProducts(**PageParameters.read(request))))
