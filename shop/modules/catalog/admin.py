"""The catalog in Django's admin: products are added, changed and deleted by the commands of the API."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest

from shop.building_blocks.admin import CommandAdmin
from shop.building_blocks.errors import Refusal
from shop.building_blocks.http.etags import ExpectedVersion
from shop.building_blocks.mediator import send
from shop.modules.catalog.currencies import ISO_4217
from shop.modules.catalog.features.create_product import MOST, SKU, CreateProduct
from shop.modules.catalog.features.delete_product import DeleteProduct
from shop.modules.catalog.features.search_products import SearchProducts
from shop.modules.catalog.features.update_product import UpdateProduct
from shop.modules.catalog.language import words
from shop.modules.catalog.models import Product

CURRENCIES = [(code, code) for code in sorted(ISO_4217)]
FACTS = ["name", "description", "price", "currency"]
FOUND = 100


class AddProductForm(forms.ModelForm[Product]):
    sku = forms.CharField(label="SKU", max_length=32, validators=[RegexValidator(SKU)])
    price = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2)
    currency = forms.ChoiceField(choices=CURRENCIES, initial="USD")
    inventory_id = forms.UUIDField(
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="The id of the inventory where the opening stock lies.",
    )
    quantity = forms.IntegerField(min_value=0, max_value=MOST, initial=0)

    class Meta:
        model = Product
        fields: ClassVar = ["sku", *FACTS]


class ChangeProductForm(forms.ModelForm[Product]):
    """Knows what version it showed, so that nobody overwrites what they have not seen."""

    price = forms.DecimalField(min_value=0, max_digits=12, decimal_places=2)
    currency = forms.ChoiceField(choices=CURRENCIES)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields: ClassVar = FACTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["seen"] = self.instance.version


@admin.register(Product)
class ProductAdmin(CommandAdmin):
    add_form, change_form, removes = AddProductForm, ChangeProductForm, True
    list_display = ("sku", "name", "price", "currency", "available", "created_at")
    list_filter = (("listing__in_stock", admin.BooleanFieldListFilter), "currency")
    search_fields = ("sku", "name")
    search_help_text = f"Words of names, SKUs and descriptions, and beginnings; the best {FOUND} are shown."
    ordering = ("-id",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        """Without those that are deleted, which are not listed."""
        return super().get_queryset(request).filter(listing__isnull=False).select_related("listing")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Product], search_term: str
    ) -> tuple[QuerySet[Product], bool]:
        if not search_term:
            return queryset, False
        return queryset.filter(id__in=self._found(request, search_term)), False

    def _found(self, request: HttpRequest, text: str) -> list[UUID]:
        try:
            products = send(SearchProducts(q=text, limit=FOUND)).items if words(text) else []
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return []
        return [product.id for product in products]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("sku", "available", "version", "created_at", "updated_at") if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        seen = ["seen"] if self.has_change_permission(request, obj) else []
        known = ["available", "version", "created_at", "updated_at"]
        return [(None, {"fields": ["sku", *FACTS, *seen]}), ("As it is", {"fields": known})]

    @admin.display(ordering="listing__available")
    def available(self, product: Product) -> int:
        return product.listing.available

    def add(self, values: dict[str, Any]) -> UUID:
        return send(CreateProduct(**values))

    def update(self, product: Product, values: dict[str, Any]) -> None:
        seen = ExpectedVersion.of(values.pop("seen"))
        send(UpdateProduct(product_id=product.id, expected=seen, **values))

    def remove(self, product: Product) -> None:
        send(DeleteProduct(product_id=product.id, expected=ExpectedVersion.of(product.version)))
