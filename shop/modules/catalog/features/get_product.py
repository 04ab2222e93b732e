"""Show one product."""

from dataclasses import dataclass
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.catalog.details import ProductDetails, SeenProduct, see
from shop.modules.catalog.models import ProductNotFound


@dataclass(frozen=True)
class GetProduct(Query[SeenProduct]):
    product_id: UUID


@handles(GetProduct)
def get_product(query: GetProduct) -> SeenProduct:
    return see(query.product_id)


class GetProductEndpoint(Endpoint):
    required_scopes = ["catalog:read"]
    refuses = (ProductNotFound,)

    @extend_schema(responses={200: ProductDetails})
    def get(self, request: Request, product_id: UUID) -> Response:
        product, availability_version = send(GetProduct(product_id))
        return tagged(request, product, product.version, availability_version)
