"""Confirm a reservation: what it holds is sold, and leaves the inventories.

Possible until `expires_at`, by our clock. Again it answers the same and changes nothing.
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
    reservation_id: UUID


@handles(ConfirmReservation)
def confirm_reservation(command: ConfirmReservation) -> ConfirmedReservation:
    reservation = Reservation.lock(command.reservation_id)
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
        return once(request, ConfirmReservation(reservation_id), Response)
