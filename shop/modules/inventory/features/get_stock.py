"""Show the stock of a product, in all and per inventory."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.errors import NotFound
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Stock


class StockInInventory(msgspec.Struct, frozen=True):
    inventory_id: UUID
    name: str
    on_hand: int
    reserved: int
    available: int


class StockDetails(msgspec.Struct, frozen=True):
    product_id: UUID
    sku: str
    on_hand: int
    reserved: int
    available: int
    version: int
    inventories: list[StockInInventory]


@dataclass(frozen=True)
class GetStock(Query[StockDetails]):
    product_id: UUID


class StockNotFound(NotFound):
    """No stock is kept of this product, or not yet."""


@handles(GetStock)
def get_stock(query: GetStock) -> StockDetails:
    stock = Stock.objects.filter(product_id=query.product_id).first()
    if stock is None:
        raise StockNotFound(f"There is no stock of a product {query.product_id}.")
    items = [
        StockInInventory(
            inventory_id=item.inventory_id,
            name=item.inventory.name,
            on_hand=item.on_hand,
            reserved=item.reserved,
            available=item.available,
        )
        for item in stock.items.select_related("inventory").order_by("inventory__name")
    ]
    return StockDetails(
        product_id=stock.product_id,
        sku=stock.sku,
        on_hand=sum(item.on_hand for item in items),
        reserved=sum(item.reserved for item in items),
        available=sum(item.available for item in items),
        version=stock.version,
        inventories=items,
    )


class GetStockEndpoint(Endpoint):
    required_scopes = ["inventory:read"]
    refuses = (StockNotFound,)

    @extend_schema(responses={200: StockDetails})
    def get(self, request: Request, product_id: UUID) -> Response:
        stock = send(GetStock(product_id))
        return tagged(request, stock, stock.version)
