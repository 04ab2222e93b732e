"""Correct the stock of a product in one inventory: goods came in, broke, or were counted.

What is reserved cannot be taken away. Answers with the stock over all inventories.
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.mediator import Command, handles
from shop.building_blocks.messaging import outbox
from shop.modules.inventory.models import (
    MOST,
    InsufficientStock,
    InventoryNotFound,
    Stock,
    StockNotFound,
    TooMuchStock,
)


class AdjustedStock(msgspec.Struct, frozen=True):
    """The stock of the product over all inventories, after the adjustment."""

    product_id: UUID
    version: int
    on_hand: int
    reserved: int
    available: int


@dataclass(frozen=True, kw_only=True)
class AdjustStock(Command[AdjustedStock]):
    product_id: UUID
    inventory_id: UUID
    delta: int
    reason: str


@handles(AdjustStock)
def adjust_stock(command: AdjustStock) -> AdjustedStock:
    stock = Stock.lock_one(command.product_id)
    told = stock.adjust(command.inventory_id, command.delta, command.reason)
    outbox.publish(told)
    return AdjustedStock(told.product_id, told.version, told.on_hand, told.reserved, told.available)


@extend_schema_field({"type": "integer", "minimum": -MOST, "maximum": MOST, "not": {"const": 0}})
class Delta(serializers.IntegerField):
    def __init__(self) -> None:
        super().__init__(min_value=-MOST, max_value=MOST, help_text="units more, or less if negative; not 0")

    def run_validation(self, data: object = serializers.empty) -> int:
        delta: int = super().run_validation(data)
        if delta == 0:
            raise serializers.ValidationError("Must not be 0.", code="zero")
        return delta


class AdjustStockRequest(RequestBody):
    inventory_id = serializers.UUIDField()
    delta = Delta()
    reason = serializers.CharField(max_length=200, help_text="for who reads the ledger")

    example = {"inventory_id": "01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90", "delta": 5, "reason": "Delivery 4711."}


class AdjustStockEndpoint(Endpoint):
    required_scopes = ["inventory:write"]
    refuses = (StockNotFound, InventoryNotFound, InsufficientStock, TooMuchStock)

    @extend_schema(request=AdjustStockRequest, responses={201: AdjustedStock})
    def post(self, request: Request, product_id: UUID) -> Response:
        command = AdjustStock(product_id=product_id, **AdjustStockRequest.read(request))
        return once(request, command, lambda stock: Response(stock, status.HTTP_201_CREATED))
