"""List the inventories, newest first."""

from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

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


@handles(ListInventories)
def list_inventories(query: ListInventories) -> InventoryPage:
    inventories = Inventory.objects.all()
    if query.cursor:
        inventories = inventories.filter(id__lt=query.cursor)
    rows = inventories.order_by("-id").values_list(*InventoryListItem.__struct_fields__)
    items = [InventoryListItem(*row) for row in rows[: query.limit + 1]]
    return InventoryPage.of(items, query.limit, key=attrgetter("id"))


class ListInventoriesEndpoint(Endpoint):
    required_scopes = ["inventory:read"]

    @extend_schema(parameters=[PageParameters], responses={200: InventoryPage})
    def get(self, request: Request) -> Response:
        return Response(send(ListInventories(**PageParameters.read(request))))
