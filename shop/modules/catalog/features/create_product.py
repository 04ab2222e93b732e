"""Add a product to the catalog."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.writes import insert
from shop.building_blocks.errors import Conflict
from shop.building_blocks.http.answers import created_at
from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.http.shapes import Created
from shop.building_blocks.mediator import Command, handles
from shop.building_blocks.messaging import outbox
from shop.modules.catalog.contracts import ProductCreated
from shop.modules.catalog.currencies import ISO_4217
from shop.modules.catalog.models import Product

SKU = r"^[A-Z0-9-]{3,32}\Z"
MOST = 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class CreateProduct(Command[UUID]):
    sku: str
    name: str
    price: Decimal
    inventory_id: UUID
    quantity: int
    currency: str = "USD"
    description: str = ""


class DuplicateSku(Conflict):
    """The catalog already has a product with this SKU.

    Or had one: the SKU of a deleted product is not given to another.
    """


@handles(CreateProduct)
def create_product(command: CreateProduct) -> UUID:
    product = Product(
        sku=command.sku,
        name=command.name,
        description=command.description,
        price=command.price,
        currency=command.currency,
    )
    if not insert([product], unless_known=("sku",)):
        is_gone = Product.objects.filter(sku=command.sku).exclude(deleted_at=None).exists()
        raise DuplicateSku(f"There {'was' if is_gone else 'is'} a product with the SKU {command.sku}.")
    product.show()
    outbox.publish(
        ProductCreated(
            product_id=product.id,
            version=product.version,
            sku=product.sku,
            name=product.name,
            price=product.price,
            currency=product.currency,
            inventory_id=command.inventory_id,
            quantity=command.quantity,
        )
    )
    return product.id


class CreateProductRequest(RequestBody):
    sku = serializers.RegexField(SKU, help_text="A-Z, 0-9 and -, unique")
    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=5000, default="", allow_blank=True)
    price = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0))
    currency = serializers.ChoiceField(sorted(ISO_4217), default="USD", help_text="ISO 4217")
    inventory_id = serializers.UUIDField(help_text="where the opening stock lies")
    quantity = serializers.IntegerField(min_value=0, max_value=MOST)

    example = {
        "sku": "MUG-1",
        "name": "Mug",
        "description": "White, 300 ml.",
        "price": "9.50",
        "currency": "EUR",
        "inventory_id": "01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90",
        "quantity": 12,
    }


class CreateProductEndpoint(Endpoint):
    required_scopes = ["catalog:write"]
    refuses = (DuplicateSku,)

    @extend_schema(request=CreateProductRequest, responses={201: Created})
    def post(self, request: Request) -> Response:
        command = CreateProduct(**CreateProductRequest.read(request))
        return once(request, command, created_at("/api/v1/products/{}"))
