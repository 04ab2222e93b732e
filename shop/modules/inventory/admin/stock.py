"""Stock and its ledger in the admin."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteSelect
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from shop.building_blocks.admin import CommandAdmin, ReadOnlyAdmin, ReadOnlyInline
from shop.building_blocks.mediator import send
from shop.modules.inventory.features.adjust_stock import AdjustStock
from shop.modules.inventory.models import MOST, Inventory, Movement, Stock, StockItem

LATEST = 50
"""Movements on the page of a stock."""


class StockItemInline(ReadOnlyInline):
    model = StockItem
    verbose_name_plural = "where it lies"
    fields = ("inventory", "on_hand", "reserved", "free")
    readonly_fields = ("free",)


class LatestMovementInline(ReadOnlyInline):
    model = Movement
    verbose_name_plural = f"ledger, the latest {LATEST} movements"
    fields = ("created_at", "inventory", "kind", "change", "balance", "reason", "version")
    readonly_fields = ("created_at", "inventory", "change")
    ordering = ("-version", "-id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movement]:
        stock: Any = request.resolver_match and request.resolver_match.kwargs["object_id"]
        latest = Movement.objects.filter(stock=stock).order_by(*self.ordering)[:LATEST]
        shown = super().get_queryset(request).filter(pk__in=latest.values("pk"))
        return shown.select_related("item__inventory")

    @admin.display
    def inventory(self, movement: Movement) -> str:
        return movement.item.inventory.name

    @admin.display
    def change(self, movement: Movement) -> str:
        return f"{movement.delta:+}"


class ClosedFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "For sale"), ("yes", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        return queryset.filter(closed_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    list_display = ("sku", "on_hand", "reserved", "available", "closed_at")
    list_filter = (ClosedFilter, "items__inventory")
    search_fields = ("sku", "product_id")
    search_help_text = "Part of the SKU, or of the id of the product"
    ordering = ("sku",)
    show_full_result_count = False
    fields = (("on_hand", "reserved", "available"), ("product_id", "version"), "closed_at")
    inlines = (StockItemInline, LatestMovementInline)

    class Media:
        css: ClassVar = {"all": ["inventory/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        return super().get_queryset(request).prefetch_related("items")


class AdjustStockForm(forms.ModelForm[Movement]):
    stock = forms.ModelChoiceField(
        Stock.objects.all(), widget=AutocompleteSelect(Movement._meta.get_field("stock"), admin.site)
    )
    inventory = forms.ModelChoiceField(Inventory.objects.order_by("name"))
    delta = forms.IntegerField(
        label="Change", min_value=-MOST, max_value=MOST, help_text="Units more, or less with a minus."
    )
    reason = forms.CharField(
        max_length=200,
        widget=AdminTextInputWidget,
        help_text="For the ledger: delivery 4711, broken, counted.",
    )

    class Meta:
        model = Movement
        fields: ClassVar = ["stock", "inventory", "delta", "reason"]

    def clean_delta(self) -> int:
        delta: int = self.cleaned_data["delta"]
        if delta == 0:
            raise forms.ValidationError("Must not be 0.")
        return delta


@admin.register(Movement)
class MovementAdmin(CommandAdmin):
    """The ledger. To add a movement is to adjust the stock."""

    add_form = AdjustStockForm
    list_display = ("created_at", "stock", "inventory", "change", "balance", "why")
    list_filter = ("kind", "item__inventory")
    list_select_related = ("stock", "item__inventory")
    search_fields = ("stock__sku", "reason")
    search_help_text = "Part of the SKU, or of the reason"
    ordering = ("-id",)
    show_full_result_count = False

    class Media:
        css: ClassVar = {"all": ["inventory/admin.css"]}

    @admin.display(ordering="item__inventory__name")
    def inventory(self, movement: Movement) -> str:
        return movement.item.inventory.name

    @admin.display
    def why(self, movement: Movement) -> str:
        return movement.reason or movement.get_kind_display()

    @admin.display(ordering="delta")
    def change(self, movement: Movement) -> str:
        return f"{movement.delta:+}"

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().add_view(request, form_url, {"title": "Adjust stock", **(extra_context or {})})

    def add(self, values: dict[str, Any]) -> UUID:
        stock, inventory = values.pop("stock"), values.pop("inventory")
        adjusted = send(AdjustStock(product_id=stock.pk, inventory_id=inventory.pk, **values))
        return Movement.objects.get(stock=stock, version=adjusted.version).pk

    def response_post_save_add(self, request: HttpRequest, obj: Movement) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:inventory_stock_change", args=[obj.stock_id]))
