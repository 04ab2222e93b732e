"""List the inventories, newest first."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.pages import Page, PageParameters
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Inventory


class InventoryListItem(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    description: str
    created_at: Timestamp


class InventoryPage(Page[InventoryListItem], frozen=True):
    pass


@dataclass(frozen=True)
class ListInventories(Query[InventoryPage]):
    limit: int = 20
    cursor: UUID | None = None


def _newest_first(cursor: Any = None) -> QuerySet[Inventory, tuple[Any, ...]]:
    """Ids are UUIDv7: their order is the order of creation."""
    rows = Inventory.objects.filter(id__lt=cursor) if cursor else Inventory.objects.all()
    return rows.order_by("-id").values_list(*InventoryListItem.__struct_fields__)


_NEWEST_FIRST = Statement(_newest_first)


@handles(ListInventories)
def list_inventories(query: ListInventories) -> InventoryPage:
    rows = _NEWEST_FIRST.rows(cursor=query.cursor, limit=query.limit + 1)
    items = [InventoryListItem(*row) for row in rows]
    return InventoryPage.of(items, query.limit, key=attrgetter("id"))


class ListInventoriesEndpoint(Endpoint):
    required_scopes = ["inventory:read"]

    @extend_schema(parameters=[PageParameters], responses={200: InventoryPage})
    def get(self, request: Request) -> Response:
        return Response(send(ListInventories(**PageParameters.read(request))))
