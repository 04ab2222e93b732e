"""Show the stock of a product, in all and per inventory."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Stock, StockNotFound


class StockInInventory(msgspec.Struct, frozen=True):
    inventory_id: UUID
    name: str
    on_hand: int
    reserved: int
    available: int


class StockDetails(msgspec.Struct, frozen=True):
    """Nothing is available of a product that was deleted, at ``closed_at``."""

    product_id: UUID
    sku: str
    on_hand: int
    reserved: int
    available: int
    version: int
    closed_at: Timestamp | None
    inventories: list[StockInInventory]


@dataclass(frozen=True)
class GetStock(Query[StockDetails]):
    product_id: UUID


def _by_inventory(product_id: Any) -> QuerySet[Stock, tuple[Any, ...]]:
    """One row per inventory, or one without."""
    columns = ("inventory_id", "inventory__name", "on_hand", "reserved")
    rows = Stock.objects.filter(product_id=product_id).order_by("items__inventory__name")
    return rows.values_list("sku", "version", "closed_at", *(f"items__{name}" for name in columns))


_BY_INVENTORY = Statement(_by_inventory)


@handles(GetStock)
def get_stock(query: GetStock) -> StockDetails:
    rows = _BY_INVENTORY.rows(product_id=query.product_id)
    if not rows:
        raise StockNotFound(f"There is no stock of a product {query.product_id}.")
    sku, version, closed_at = rows[0][:3]
    inventories = [
        StockInInventory(inventory_id, name, on_hand, reserved, 0 if closed_at else on_hand - reserved)
        for *_, inventory_id, name, on_hand, reserved in rows
        if inventory_id
    ]
    return StockDetails(
        product_id=query.product_id,
        sku=sku,
        on_hand=sum(one.on_hand for one in inventories),
        reserved=sum(one.reserved for one in inventories),
        available=sum(one.available for one in inventories),
        version=version,
        closed_at=closed_at,
        inventories=inventories,
    )


class GetStockEndpoint(Endpoint):
    required_scopes = ["inventory:read"]
    refuses = (StockNotFound,)

    @extend_schema(responses={200: StockDetails})
    def get(self, request: Request, product_id: UUID) -> Response:
        stock = send(GetStock(product_id))
        return tagged(request, stock, stock.version)
