"""Delete a product."""

from dataclasses import dataclass
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import ExpectedVersion, expected_version
from shop.building_blocks.mediator import Command, handles, send
from shop.modules.catalog.models import Product, ProductNotFound


@dataclass(frozen=True, kw_only=True)
class DeleteProduct(Command[None]):
    product_id: UUID
    expected: ExpectedVersion


@handles(DeleteProduct)
def delete_product(command: DeleteProduct) -> None:
    product = Product.locked(command.product_id)
    command.expected.check(product.version)
    product.retire()


class DeleteProductEndpoint(Endpoint):
    """It is gone for good: its SKU is not given to another product, and the inventory closes its stock."""

    required_scopes = ["catalog:write"]
    refuses = (ProductNotFound,)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, product_id: UUID) -> Response:
        send(DeleteProduct(product_id=product_id, expected=expected_version(request)))
        return Response(status=status.HTTP_204_NO_CONTENT)
