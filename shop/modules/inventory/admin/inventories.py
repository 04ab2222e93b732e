"""Inventories in the admin."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin

from shop.building_blocks.admin import CommandAdmin
from shop.building_blocks.mediator import send
from shop.modules.inventory.features.create_inventory import CreateInventory
from shop.modules.inventory.models import Inventory


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
