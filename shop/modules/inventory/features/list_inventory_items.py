"""List what lies in an inventory, newest product first."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import OuterRef, QuerySet, Subquery
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.pages import Page, PageParameters
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Inventory, InventoryNotFound, Stock, StockItem


class InventoryItem(msgspec.Struct, frozen=True):
    """Nothing is available of a product that was deleted."""

    product_id: UUID
    sku: str
    on_hand: int
    reserved: int
    available: int


class InventoryItemPage(Page[InventoryItem], frozen=True):
    pass


@dataclass(frozen=True, kw_only=True)
class ListInventoryItems(Query[InventoryItemPage]):
    inventory_id: UUID
    limit: int = 20
    cursor: UUID | None = None


def _newest_first(inventory_id: Any, cursor: Any = None) -> QuerySet[StockItem, tuple[Any, ...]]:
    """Product ids are UUIDv7: their order is the order of creation.

    Each row looks its stock up; joined to it, a page deep in the list would read all stock before it.
    """
    rows = StockItem.objects.filter(inventory_id=inventory_id)
    if cursor:
        rows = rows.filter(stock_id__lt=cursor)
    stock = Stock.objects.filter(product_id=OuterRef("stock_id"))
    known = {"sku": Subquery(stock.values("sku")), "closed_at": Subquery(stock.values("closed_at"))}
    columns = ("stock_id", "sku", "on_hand", "reserved", "closed_at")
    return rows.order_by("-stock_id").annotate(**known).values_list(*columns)


_NEWEST_FIRST = Statement(_newest_first)


@handles(ListInventoryItems)
def list_inventory_items(query: ListInventoryItems) -> InventoryItemPage:
    rows = _NEWEST_FIRST.rows(inventory_id=query.inventory_id, cursor=query.cursor, limit=query.limit + 1)
    if not rows and not Inventory.objects.filter(id=query.inventory_id).exists():
        raise InventoryNotFound(f"There is no inventory {query.inventory_id}.")
    items = [
        InventoryItem(product_id, sku, on_hand, reserved, 0 if closed_at else on_hand - reserved)
        for product_id, sku, on_hand, reserved, closed_at in rows
    ]
    return InventoryItemPage.of(items, query.limit, key=attrgetter("product_id"))


class ListInventoryItemsEndpoint(Endpoint):
    required_scopes = ["inventory:read"]
    refuses = (InventoryNotFound,)

    @extend_schema(parameters=[PageParameters], responses={200: InventoryItemPage})
    def get(self, request: Request, inventory_id: UUID) -> Response:
        page = PageParameters.read(request)
        return Response(send(ListInventoryItems(inventory_id=inventory_id, **page)))
