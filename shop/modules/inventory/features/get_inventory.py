"""Show one inventory."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Inventory, InventoryNotFound

VERSION = 1
"""Of every inventory: nothing changes one."""


class InventoryDetails(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    description: str
    created_at: Timestamp


@dataclass(frozen=True)
class GetInventory(Query[InventoryDetails]):
    inventory_id: UUID


_BY_ID = Statement(
    lambda inventory_id: Inventory.objects.filter(id=inventory_id).values_list(
        *InventoryDetails.__struct_fields__
    )
)


@handles(GetInventory)
def get_inventory(query: GetInventory) -> InventoryDetails:
    row = _BY_ID.one(inventory_id=query.inventory_id)
    if row is None:
        raise InventoryNotFound(f"There is no inventory {query.inventory_id}.")
    return InventoryDetails(*row)


class GetInventoryEndpoint(Endpoint):
    required_scopes = ["inventory:read"]
    refuses = (InventoryNotFound,)

    @extend_schema(responses={200: InventoryDetails})
    def get(self, request: Request, inventory_id: UUID) -> Response:
        return tagged(request, send(GetInventory(inventory_id)), VERSION)
