"""The sentences that tests of the inventory begin with, and how they listen to what it tells."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.building_blocks.messaging import inbox
from shop.building_blocks.messaging.events import Envelope, IntegrationEvent
from shop.modules.catalog.contracts import ProductCreated
from shop.modules.inventory.features.adjust_stock import AdjustStock
from shop.modules.inventory.features.place_reservation import Line, PlaceReservation
from shop.modules.inventory.models import OutboxMessage, Reservation


def product_created(inventory_id: UUID, quantity: int = 12, sku: str = "MUG-1") -> ProductCreated:
    return ProductCreated(
        product_id=uuid7(),
        version=1,
        sku=sku,
        name="Mug",
        price=Decimal("9.50"),
        currency="USD",
        inventory_id=inventory_id,
        quantity=quantity,
    )


def receive(*events: IntegrationEvent, times: int = 1) -> None:
    envelopes = [Envelope.of(event) for event in events]
    for _ in range(times):
        inbox.consume("inventory", envelopes, guard=lambda: None)


def a_stock(*lying: tuple[UUID, int], sku: str = "MUG-1") -> UUID:
    """``a_stock((food, 5), (cellar, 7))``; the id of the product."""
    (first, quantity), *others = lying
    event = product_created(first, quantity, sku)
    receive(event)
    for inventory_id, delta in others:
        adjust(event.product_id, inventory_id, delta)
    return event.product_id


def adjust(product_id: UUID, inventory_id: UUID, delta: int, reason: str = "Counted.") -> Any:
    return send(AdjustStock(product_id=product_id, inventory_id=inventory_id, delta=delta, reason=reason))


def reserve(*wanted: tuple[UUID, int], expires_in: int = 900) -> UUID:
    """``reserve((mug, 2), (cup, 1))``; the id of the reservation."""
    lines = tuple(Line(product_id, quantity) for product_id, quantity in wanted)
    return send(PlaceReservation(lines=lines, expires_in=expires_in))


def told(event_type: type[IntegrationEvent], *about: UUID) -> list[Any]:
    """The events of this type that the inventory has told so far, oldest first."""
    rows = OutboxMessage.objects.filter(type=event_type.type).order_by("id")
    if about:
        rows = rows.filter(subject__in=list(map(str, about)))
    return [Envelope.decode(row.body).open(event_type) for row in rows]


def let_its_time_pass(reservation_id: UUID) -> None:
    """The expiry is due, and nobody has noticed yet."""
    now = timezone.now()
    Reservation.objects.filter(id=reservation_id).update(expires_at=now)
    OutboxMessage.objects.filter(subject=str(reservation_id), not_before__gt=now).update(not_before=now)
