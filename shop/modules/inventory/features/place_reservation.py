"""Reserve products for a while: all lines, or none.

When some lines are short, the problem has an error for each of them, with what is `available`. A product
that lies in several inventories is taken from the fullest one first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.http.answers import created_at
from shop.building_blocks.http.bodies import RequestBody
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.http.principals import principal_of
from shop.building_blocks.http.shapes import Created
from shop.building_blocks.mediator import Command, handles
from shop.building_blocks.messaging import outbox
from shop.modules.inventory.models import MOST, InsufficientStock, Reservation, Stock

LINES = 100
LONGEST = 30 * 24 * 3600
"""Seconds that a reservation may be held."""


class Line(NamedTuple):
    product_id: UUID
    quantity: int


@dataclass(frozen=True, kw_only=True)
class PlaceReservation(Command[UUID]):
    """``expires_in`` seconds. No product has two lines. ``by`` is a user; None for a client by itself."""

    lines: Sequence[Line]
    expires_in: int = 900
    by: UUID | None = None


@handles(PlaceReservation)
def place_reservation(command: PlaceReservation) -> UUID:
    stocks = Stock.lock(line.product_id for line in command.lines)
    _refuse_what_is_short(command.lines, stocks)
    expires_at = timezone.now() + timedelta(seconds=command.expires_in)
    reservation = Reservation(expires_at=expires_at, placed_by=command.by)
    reservation.expiry_event = outbox.publish(reservation.expiry_due(), not_before=reservation.expires_at)
    reservation.save(force_insert=True)
    for line in command.lines:
        outbox.publish(stocks[line.product_id].reserve(line.quantity, reservation))
    outbox.publish(reservation.placed())
    return reservation.id


def _refuse_what_is_short(lines: Sequence[Line], stocks: Mapping[UUID, Stock]) -> None:
    errors = []
    for index, line in enumerate(lines):
        available = stocks[line.product_id].available if line.product_id in stocks else 0
        if line.quantity > available:
            errors.append(
                {
                    "pointer": f"#/lines/{index}/quantity",
                    "detail": f"{available} of {line.product_id} are available, not {line.quantity}.",
                    "available": available,
                }
            )
    if errors:
        raise InsufficientStock("Some lines cannot be reserved, so none is: see errors.", errors)


class ReservationLineRequest(RequestBody):
    product_id = serializers.UUIDField(help_text="of one line only")
    quantity = serializers.IntegerField(min_value=1, max_value=MOST)


class PlaceReservationRequest(RequestBody):
    lines = serializers.ListField(child=ReservationLineRequest(), min_length=1, max_length=LINES)
    expires_in = serializers.IntegerField(
        min_value=1, max_value=LONGEST, default=900, help_text="seconds until it is released by itself"
    )

    example = {
        "lines": [{"product_id": "01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90", "quantity": 2}],
        "expires_in": 900,
    }

    def validate_lines(self, lines: list[dict[str, Any]]) -> list[Line]:
        seen: set[UUID] = set()
        errors: list[dict[str, list[str]]] = []
        for line in lines:
            twice = line["product_id"] in seen
            errors.append({"product_id": ["Has a line already."]} if twice else {})
            seen.add(line["product_id"])
        if any(errors):
            raise serializers.ValidationError(errors, code="repeated")
        return [Line(**line) for line in lines]


class PlaceReservationEndpoint(Endpoint):
    required_scopes = ["inventory:write"]
    refuses = (InsufficientStock,)

    @extend_schema(request=PlaceReservationRequest, responses={201: Created})
    def post(self, request: Request) -> Response:
        by = principal_of(request).user_id
        command = PlaceReservation(by=by, **PlaceReservationRequest.read(request))
        return once(request, command, created_at("/api/v1/reservations/{}"))
