"""Confirm a reservation: what it holds is sold, and leaves the inventories.

Possible until `expires_at`, by our clock. Again it answers the same and changes nothing. A token
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
    ReservationAlreadyReleased,
    ReservationExpired,
    ReservationNotFound,
)


class ConfirmedReservation(msgspec.Struct, frozen=True):
    id: UUID
    state: Annotated[str, msgspec.Meta(examples=["confirmed"])]
    version: int


@dataclass(frozen=True)
class ConfirmReservation(Command[ConfirmedReservation]):
    """``by`` is a user; None for a client by itself, or the admin."""

    reservation_id: UUID
    by: UUID | None = None


@handles(ConfirmReservation)
def confirm_reservation(command: ConfirmReservation) -> ConfirmedReservation:
    reservation = Reservation.lock(command.reservation_id, command.by)
    for event in reservation.confirm():
        outbox.publish(event)
    outbox.cancel(ReservationExpiryDue, reservation.expiry_event)
    return ConfirmedReservation(reservation.id, "confirmed", reservation.version)


class ConfirmReservationEndpoint(Endpoint):
    required_scopes = ["inventory:write"]
    refuses = (ReservationNotFound, ReservationAlreadyReleased, ReservationExpired)

    @extend_schema(request=None, responses={200: ConfirmedReservation})
    def post(self, request: Request, reservation_id: UUID) -> Response:
        RequestBody.read(request)
        return once(request, ConfirmReservation(reservation_id, principal_of(request).user_id), Response)
