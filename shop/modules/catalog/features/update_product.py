"""Change a product."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import ExpectedVersion, expected_version, tagged
from shop.building_blocks.mediator import Command, handles, send
from shop.modules.catalog.currencies import ISO_4217
from shop.modules.catalog.details import ProductDetails, SeenProduct, see
from shop.modules.catalog.models import Product, ProductNotFound


@dataclass(frozen=True, kw_only=True)
class UpdateProduct(Command[SeenProduct]):
    product_id: UUID
    expected: ExpectedVersion
    name: str
    description: str
    price: Decimal
    currency: str


@handles(UpdateProduct)
def update_product(command: UpdateProduct) -> SeenProduct:
    product = Product.locked(command.product_id)
    command.expected.check(product.version)
    product.change(
        name=command.name,
        description=command.description,
        price=command.price,
        currency=command.currency,
    )
    return see(product.id)


class UpdateProductRequest(RequestBody):
    """All of it: what was left out would be taken for a wish to empty it."""

    name = serializers.CharField(max_length=255)
    description = serializers.CharField(max_length=5000, allow_blank=True)
    price = serializers.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0))
    currency = serializers.ChoiceField(sorted(ISO_4217), help_text="ISO 4217")

    example = {"name": "Mug", "description": "White, 300 ml.", "price": "9.50", "currency": "EUR"}


class UpdateProductEndpoint(Endpoint):
    """Answers with the product as it is now. The SKU stays, and so does the stock."""

    required_scopes = ["catalog:write"]
    refuses = (ProductNotFound,)

    @extend_schema(request=UpdateProductRequest, responses={200: ProductDetails})
    def put(self, request: Request, product_id: UUID) -> Response:
        expected = expected_version(request)
        fields = UpdateProductRequest.read(request)
        product, availability_version = send(
            UpdateProduct(product_id=product_id, expected=expected, **fields)
        )
        return tagged(request, product, product.version, availability_version)
