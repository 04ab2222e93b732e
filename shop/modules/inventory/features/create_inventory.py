"""Open a place where stock can lie."""

from dataclasses import dataclass
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.errors import Conflict
from shop.building_blocks.http.answers import created_at
from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.http.shapes import Created
from shop.building_blocks.mediator import Command, handles
from shop.modules.inventory.models import Inventory


@dataclass(frozen=True, kw_only=True)
class CreateInventory(Command[UUID]):
    name: str
    description: str = ""


class DuplicateInventoryName(Conflict):
    """There already is an inventory of this name."""


@handles(CreateInventory)
def create_inventory(command: CreateInventory) -> UUID:
    inventory, is_new = Inventory.objects.get_or_create(
        name=command.name, defaults={"description": command.description}
    )
    if not is_new:
        raise DuplicateInventoryName(f"There is an inventory named {command.name}.")
    return inventory.id


class CreateInventoryRequest(RequestBody):
    name = serializers.CharField(max_length=100, help_text="unique")
    description = serializers.CharField(max_length=1000, default="", allow_blank=True)

    example = {"name": "food", "description": "Cool and dry."}


class CreateInventoryEndpoint(Endpoint):
    required_scopes = ["inventory:write"]
    refuses = (DuplicateInventoryName,)

    @extend_schema(request=CreateInventoryRequest, responses={201: Created})
    def post(self, request: Request) -> Response:
        command = CreateInventory(**CreateInventoryRequest.read(request))
        return once(request, command, created_at("/api/v1/inventories/{}"))
