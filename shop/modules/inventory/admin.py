"""The inventory in Django's admin."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin

from shop.building_blocks.admin import CommandAdmin, ReadOnlyAdmin
from shop.building_blocks.mediator import send
from shop.modules.inventory.features.create_inventory import CreateInventory
from shop.modules.inventory.models import Inventory, Stock, StockItem


class AddInventoryForm(forms.ModelForm[Inventory]):
    class Meta:
        model = Inventory
        fields: ClassVar = ["name", "description"]


@admin.register(Inventory)
class InventoryAdmin(CommandAdmin):
    add_form = AddInventoryForm
    list_display = ("name", "description", "id", "created_at")
    search_fields = ("name",)
    ordering = ("name",)

    def add(self, values: dict[str, Any]) -> UUID:
        return send(CreateInventory(**values))


class StockItemInline(admin.TabularInline[StockItem, Stock]):
    model = StockItem
    fields = ("inventory", "on_hand", "reserved", "available")
    readonly_fields = fields
    can_delete = False
    extra = 0


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    list_display = ("sku", "product_id", "version")
    search_fields = ("sku", "product_id")
    ordering = ("sku",)
    inlines = (StockItemInline,)
