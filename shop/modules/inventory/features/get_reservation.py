"""Show one reservation.

A token that stands for a user reaches only what that user placed; a client's own token reaches all.
"""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.http.principals import principal_of
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.inventory.models import Reservation, ReservationNotFound, ReservationState


class AllocatedQuantity(msgspec.Struct, frozen=True):
    inventory_id: UUID
    quantity: int


class ReservationLine(msgspec.Struct, frozen=True):
    """``allocations`` say where the quantity lies."""

    product_id: UUID
    quantity: int
    allocations: list[AllocatedQuantity]


class ReservationDetails(msgspec.Struct, frozen=True):
    """From ``expires_at`` on, a placed reservation cannot be confirmed; moments later it has expired."""

    id: UUID
    state: Annotated[str, msgspec.Meta(extra_json_schema={"enum": ReservationState.values})]
    version: int
    created_at: Timestamp
    expires_at: Timestamp
    lines: list[ReservationLine]


@dataclass(frozen=True)
class GetReservation(Query[ReservationDetails]):
    """``by`` is a user; None for a client by itself, or the admin."""

    reservation_id: UUID
    by: UUID | None = None


def _by_allocation(reservation_id: Any, by: Any = None) -> QuerySet[Reservation, tuple[Any, ...]]:
    rows = Reservation.within_reach_of(by).filter(id=reservation_id).order_by("allocations__id")
    own = ("id", "state", "version", "created_at", "expires_at")
    allocated = ("allocations__item__stock_id", "allocations__item__inventory_id", "allocations__quantity")
    return rows.values_list(*own, *allocated)


_BY_ALLOCATION = Statement(_by_allocation)


@handles(GetReservation)
def get_reservation(query: GetReservation) -> ReservationDetails:
    rows = _BY_ALLOCATION.rows(reservation_id=query.reservation_id, by=query.by)
    if not rows:
        raise ReservationNotFound(f"There is no reservation {query.reservation_id}.")
    allocated: dict[UUID, list[AllocatedQuantity]] = {}
    for *_, product_id, inventory_id, quantity in rows:
        allocated.setdefault(product_id, []).append(AllocatedQuantity(inventory_id, quantity))
    lines = [
        ReservationLine(product_id, sum(one.quantity for one in allocations), allocations)
        for product_id, allocations in allocated.items()
    ]
    id_, state, version, created_at, expires_at = rows[0][:5]
    return ReservationDetails(id_, state, version, created_at, expires_at, lines)


class GetReservationEndpoint(Endpoint):
    required_scopes = ["inventory:write"]
    refuses = (ReservationNotFound,)

    @extend_schema(responses={200: ReservationDetails})
    def get(self, request: Request, reservation_id: UUID) -> Response:
        reservation = send(GetReservation(reservation_id, principal_of(request).user_id))
        return tagged(request, reservation, reservation.version)
