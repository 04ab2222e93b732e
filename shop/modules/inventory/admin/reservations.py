"""Reservations in the admin."""

from collections import Counter
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from shop.building_blocks.admin import ReadOnlyAdmin, ReadOnlyInline
from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.modules.identity.contracts import GetUser
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from shop.modules.inventory.models import Allocation, Reservation

SHOWN = 4
"""Products of a reservation in the list of them."""


class AllocationInline(ReadOnlyInline):
    model = Allocation
    fields = ("product", "inventory", "quantity")
    readonly_fields = ("product", "inventory")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Allocation]:
        return super().get_queryset(request).select_related("item__stock", "item__inventory")

    @admin.display
    def product(self, allocation: Allocation) -> str:
        return allocation.item.stock.sku

    @admin.display
    def inventory(self, allocation: Allocation) -> str:
        return allocation.item.inventory.name


@admin.register(Reservation)
class ReservationAdmin(ReadOnlyAdmin):
    list_display = ("id", "holds", "state", "expires_at")
    list_filter = ("state", "created_at")
    search_fields = ("id", "allocations__item__stock__sku")
    ordering = ("-id",)
    search_help_text = "Part of the id, or of the SKU of what it holds"
    show_full_result_count = False
    fields = ("state", "version", "by", "created_at", "expires_at")
    readonly_fields = ("by",)
    inlines = (AllocationInline,)
    actions = ("confirm", "release")

    class Media:
        css: ClassVar = {"all": ["inventory/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Reservation]:
        return super().get_queryset(request).prefetch_related("allocations__item__stock")

    @admin.display
    def holds(self, reservation: Reservation) -> str:
        """Or held, once it has ended."""
        units: Counter[str] = Counter()
        for one in reservation.allocations.all():
            units[one.item.stock.sku] += one.quantity
        lines = [f"{quantity} {sku}" for sku, quantity in sorted(units.items())]
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in [*lines[:SHOWN], *more]))  # nosec B308

    @admin.display(description="placed by")
    def by(self, reservation: Reservation) -> str | None:
        """A user, whose name is identity's to know. A client that acts for itself is nobody."""
        if reservation.placed_by is None:
            return None
        try:
            return send(GetUser(user_id=reservation.placed_by)).username
        except Refusal:
            return str(reservation.placed_by)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("inventory.change_reservation")

    @admin.action(description="Confirm: what they hold leaves the house", permissions=["end"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Reservation]) -> None:
        self.send_each(request, queryset, lambda one: ConfirmReservation(one.pk), "confirmed")

    @admin.action(description="Release: what they hold can be sold again", permissions=["end"])
    def release(self, request: HttpRequest, queryset: QuerySet[Reservation]) -> None:
        self.send_each(request, queryset, lambda one: ReleaseReservation(one.pk), "released")
