"""The catalog in Django's admin: products are added by the same command as over HTTP."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest

from shop.building_blocks.admin import CommandAdmin
from shop.building_blocks.mediator import send
from shop.modules.catalog.currencies import ISO_4217
from shop.modules.catalog.features.create_product import MOST, SKU, CreateProduct
from shop.modules.catalog.models import Product


class AddProductForm(forms.ModelForm[Product]):
    sku = forms.CharField(label="SKU", max_length=32, validators=[RegexValidator(SKU)])
    currency = forms.ChoiceField(choices=[(code, code) for code in sorted(ISO_4217)], initial="USD")
    inventory_id = forms.UUIDField(help_text="The id of the inventory where the opening stock lies.")
    quantity = forms.IntegerField(min_value=0, max_value=MOST, initial=0)

    class Meta:
        model = Product
        fields: ClassVar = ["sku", "name", "description", "price", "currency"]


@admin.register(Product)
class ProductAdmin(CommandAdmin):
    add_form = AddProductForm
    list_display = ("sku", "name", "price", "currency", "available", "created_at")
    list_filter = ("currency",)
    search_fields = ("sku", "name")
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).select_related("listing")

    @admin.display(ordering="listing__available")
    def available(self, product: Product) -> int:
        return product.listing.available

    def add(self, values: dict[str, Any]) -> UUID:
        return send(CreateProduct(**values))
