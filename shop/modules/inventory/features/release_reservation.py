"""Give a reservation up: what it holds can be sold to others.

Again it answers the same and changes nothing. A token
that stands for a user reaches only what that user placed; a client's own token reaches all.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.http.principals import principal_of
from shop.building_blocks.mediator import Command, handles
from shop.building_blocks.messaging import outbox
from shop.modules.inventory.contracts import ReservationExpiryDue
from shop.modules.inventory.models import (
    Reservation,
    ReservationAlreadyConfirmed,
    ReservationExpired,
    ReservationNotFound,
)


class ReleasedReservation(msgspec.Struct, frozen=True):
    id: UUID
    state: Annotated[str, msgspec.Meta(examples=["released"])]
    version: int


@dataclass(frozen=True)
class ReleaseReservation(Command[ReleasedReservation]):
    """``by`` is a user; None for a client by itself, or the admin."""

    reservation_id: UUID
    by: UUID | None = None


@handles(ReleaseReservation)
def release_reservation(command: ReleaseReservation) -> ReleasedReservation:
    reservation = Reservation.lock(command.reservation_id, command.by)
    for event in reservation.release():
        outbox.publish(event)
    outbox.cancel(ReservationExpiryDue, reservation.expiry_event)
    return ReleasedReservation(reservation.id, "released", reservation.version)


class ReleaseReservationEndpoint(Endpoint):
    required_scopes = ["inventory:write"]
    refuses = (ReservationNotFound, ReservationAlreadyConfirmed, ReservationExpired)

    @extend_schema(request=None, responses={200: ReleasedReservation})
    def post(self, request: Request, reservation_id: UUID) -> Response:
        RequestBody.read(request)
        return once(request, ReleaseReservation(reservation_id, principal_of(request).user_id), Response)
