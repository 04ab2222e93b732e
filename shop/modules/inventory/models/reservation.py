"""Reservations: stock that is promised for a while.

placed -> confirmed (it left the house) | released (given up) | expired (nobody came)
"""

from collections import defaultdict
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from uuid_utils.compat import uuid7

from shop.building_blocks.errors import Conflict, NotFound
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.modules.inventory.contracts import (
    ReservationConfirmed,
    ReservationExpiryDue,
    ReservationPlaced,
    ReservationReleased,
    ReservedLine,
)
from shop.modules.inventory.models.stock import Stock
from shop.modules.inventory.models.stock_item import StockItem


class ReservationNotFound(NotFound):
    """There is no such reservation."""


class ReservationAlreadyConfirmed(Conflict):
    """The reservation is confirmed, and its stock has left."""


class ReservationAlreadyReleased(Conflict):
    """The reservation was released, and holds nothing any more."""


class ReservationExpired(Conflict):
    """The reservation's time is over."""


class ReservationState(models.TextChoices):
    PLACED = "placed"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    EXPIRED = "expired"


_REFUSED_IN = {
    ReservationState.CONFIRMED: ReservationAlreadyConfirmed,
    ReservationState.RELEASED: ReservationAlreadyReleased,
    ReservationState.EXPIRED: ReservationExpired,
}


class Reservation(models.Model):
    """The aggregate. Its row is locked before those of the stock it holds, by everybody.

    A repeated move tells nothing new; an illegal one is refused. Of a confirm, a release and an expiry
    at once the first to lock the row wins, and the others find the state that it left.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    state = models.CharField(max_length=9, choices=ReservationState, default=ReservationState.PLACED)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    expiry_event = models.UUIDField(editable=False, help_text="of the scheduled ReservationExpiryDue")
    placed_by = models.UUIDField(null=True, editable=False, help_text="a user; none where a client did")

    def __str__(self) -> str:
        return str(self.id)

    @classmethod
    def within_reach_of(cls, user: Any) -> QuerySet[Self]:
        """What this user placed; or all, for None: a client by itself, the admin, or the shop's own clock."""
        return cls.objects.all() if user is None else cls.objects.filter(placed_by=user)

    @classmethod
    def lock(cls, reservation_id: UUID, user: UUID | None = None) -> Self:
        """What is out of the user's reach is not locked either, so nobody holds up the moves of another."""
        found = cls.within_reach_of(user).select_for_update().filter(id=reservation_id).first()
        if found is None:
            raise ReservationNotFound(f"There is no reservation {reservation_id}.")
        return found

    def expiry_due(self) -> ReservationExpiryDue:
        return ReservationExpiryDue(reservation_id=self.id, version=self.version)

    def placed(self) -> ReservationPlaced:
        return ReservationPlaced(
            reservation_id=self.id, version=self.version, lines=self.lines, expires_at=self.expires_at
        )

    def confirm(self) -> list[IntegrationEvent]:
        """The clock judges: at ``expires_at`` the promise ends, whether or not the expiry has run yet."""
        if self.state == ReservationState.CONFIRMED:
            return []
        self._must_be_placed()
        if self.expires_at <= timezone.now():
            raise ReservationExpired(f"It was held until {self.expires_at:%Y-%m-%d %H:%M:%S} UTC.")
        shipped = [stock.ship(allocated, self) for stock, allocated in self._lock_stock()]
        self._become(ReservationState.CONFIRMED)
        told = ReservationConfirmed(reservation_id=self.id, version=self.version, lines=self.lines)
        return [*shipped, told]

    def release(self) -> list[IntegrationEvent]:
        if self.state == ReservationState.RELEASED:
            return []
        self._must_be_placed()
        return self._give_back(ReservationState.RELEASED)

    def expire(self) -> list[IntegrationEvent]:
        """Nobody asked, so nothing is refused: what is not placed any more cannot expire."""
        if self.state != ReservationState.PLACED:
            return []
        return self._give_back(ReservationState.EXPIRED)

    @cached_property
    def lines(self) -> tuple[ReservedLine, ...]:
        return tuple(
            ReservedLine(
                product_id=one.item.stock_id, inventory_id=one.item.inventory_id, quantity=one.quantity
            )
            for one in self._allocations
        )

    @cached_property
    def _allocations(self) -> list["Allocation"]:
        return list(self.allocations.select_related("item").order_by("id"))

    def _must_be_placed(self) -> None:
        if refusal := _REFUSED_IN.get(ReservationState(self.state)):
            raise refusal

    def _give_back(self, state: ReservationState) -> list[IntegrationEvent]:
        freed = [stock.take_back(allocated) for stock, allocated in self._lock_stock()]
        self._become(state)
        told = ReservationReleased(
            reservation_id=self.id,
            version=self.version,
            lines=self.lines,
            expired=state == ReservationState.EXPIRED,
        )
        return [*freed, told]

    def _lock_stock(self) -> list[tuple[Stock, dict[UUID, int]]]:
        """Each stock, and what this holds of it by item."""
        held: defaultdict[UUID, dict[UUID, int]] = defaultdict(dict)
        for one in self._allocations:
            held[one.item.stock_id][one.item_id] = one.quantity
        return [(stock, held[stock.product_id]) for stock in Stock.lock(held).values()]

    def _become(self, state: ReservationState) -> None:
        self.state, self.version = state, self.version + 1
        self.save(update_fields=["state", "version"])


class Allocation(models.Model):
    """How many a reservation holds of one product in one inventory. Never changed."""

    id = models.BigAutoField(primary_key=True)
    reservation = models.ForeignKey(
        Reservation, on_delete=models.PROTECT, related_name="allocations", db_index=False
    )
    item = models.ForeignKey(StockItem, on_delete=models.PROTECT, related_name="allocations")
    quantity = models.PositiveIntegerField()

    item_id: UUID

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["reservation", "item"], name="one_allocation_per_item"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="allocation_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.item}"
