"""List the products."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.pages import Cursor, Page, SortedPageParameters
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.catalog.currencies import ISO_4217
from shop.modules.catalog.features.list_products.rows import find, key_of
from shop.modules.catalog.language import folded


class ProductListItem(msgspec.Struct, frozen=True):
    id: UUID
    sku: str
    name: str
    price: Decimal
    currency: str
    available: int


class ProductPage(Page[ProductListItem], frozen=True):
    """A page may be short, or even empty, and still have a ``next``: the list ends where that is null."""


@dataclass(frozen=True, kw_only=True)
class ListProducts(Query[ProductPage]):
    limit: int = 20
    cursor: Cursor | None = None
    sort: str = "-created_at"
    sku: str | None = None
    name: str | None = None
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    currency: str | None = None
    in_stock: bool | None = None


@handles(ListProducts)
def list_products(query: ListProducts) -> ProductPage:
    asked = {
        "sku": query.sku,
        "name": query.name and folded(query.name),
        "min_price": query.min_price,
        "max_price": query.max_price,
        "currency": query.currency,
        "in_stock": query.in_stock,
        "after": query.cursor and query.cursor.value,
        "after_id": query.cursor and query.cursor.id,
    }
    rows, end = find(query.sort, query.limit + 1, asked)
    items = [ProductListItem(*row[:-1]) for row in rows[: query.limit]]
    if len(rows) > query.limit:
        end = key_of(query.sort, rows[query.limit - 1])
    return ProductPage(items, Cursor(query.sort, end[0], end[-1]).sign() if end else None)


class ListProductsParameters(SortedPageParameters):
    sorts = {"created_at": UUID, "name": str, "price": Decimal}

    sku = serializers.CharField(max_length=32, required=False)
    name = serializers.CharField(
        max_length=255, required=False, help_text="is somewhere in the name, whatever its case and accents"
    )
    min_price = serializers.DecimalField(max_digits=12, decimal_places=2, required=False)
    max_price = serializers.DecimalField(max_digits=12, decimal_places=2, required=False)
    currency = serializers.ChoiceField(sorted(ISO_4217), required=False, help_text="ISO 4217")
    in_stock = serializers.BooleanField(required=False, help_text="whether any can be sold")


class ListProductsEndpoint(Endpoint):
    """Newest first, unless ``sort`` says otherwise; names are sorted without regard to case and accents."""

    required_scopes = ["catalog:read"]

    @extend_schema(parameters=[ListProductsParameters], responses={200: ProductPage})
    def get(self, request: Request) -> Response:
        return Response(send(ListProducts(**ListProductsParameters.read(request))))
