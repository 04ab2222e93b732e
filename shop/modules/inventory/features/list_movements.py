"""List the movements of a product's stock: the ledger, whose sum is what is on hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.pages import Cursor, Page, SortedPageParameters, in_order
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Movement, MovementKind, Stock, StockNotFound


class MovementListItem(msgspec.Struct, frozen=True):
    """``delta`` units led to ``balance`` on hand in the inventory, in ``version`` of the stock."""

    id: UUID
    version: int
    kind: Annotated[str, msgspec.Meta(extra_json_schema={"enum": MovementKind.values})]
    inventory_id: UUID
    delta: int
    balance: int
    reason: str
    reservation_id: UUID | None
    created_at: Timestamp


class MovementPage(Page[MovementListItem], frozen=True):
    pass


@dataclass(frozen=True, kw_only=True)
class ListMovements(Query[MovementPage]):
    product_id: UUID
    limit: int = 20
    sort: str = "-version"
    cursor: Cursor | None = None


def _movements(
    sort: str, *, product_id: Any, after_version: Any = None, after_id: Any = None
) -> QuerySet[Movement, tuple[Any, ...]]:
    after = Cursor(sort, after_version, after_id) if after_id else None
    rows = in_order(Movement.objects.filter(stock_id=product_id), sort, after)
    columns = ("item__inventory_id" if name == "inventory_id" else name for name in _FIELDS)
    return rows.values_list(*columns)


_FIELDS = MovementListItem.__struct_fields__
_MOVEMENTS = Statement(_movements)


@handles(ListMovements)
def list_movements(query: ListMovements) -> MovementPage:
    after = query.cursor
    rows = _MOVEMENTS.rows(
        query.sort,
        product_id=query.product_id,
        after_version=after and after.value,
        after_id=after and after.id,
        limit=query.limit + 1,
    )
    if not rows and not Stock.objects.filter(product_id=query.product_id).exists():
        raise StockNotFound(f"There is no stock of a product {query.product_id}.")
    return MovementPage.sorted([MovementListItem(*row) for row in rows], query.limit, query.sort)


class ListMovementsParameters(SortedPageParameters):
    sorts: ClassVar[Mapping[str, type]] = {"version": int}


class ListMovementsEndpoint(Endpoint):
    required_scopes = ["inventory:read"]
    refuses = (StockNotFound,)

    @extend_schema(parameters=[ListMovementsParameters], responses={200: MovementPage})
    def get(self, request: Request, product_id: UUID) -> Response:
        page = ListMovementsParameters.read(request)
        return Response(send(ListMovements(product_id=product_id, **page)))
