"""The catalog in Django's admin: products are added, changed and deleted by the commands of the API."""

from contextlib import suppress
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest

from shop.building_blocks.admin import CommandAdmin
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.http.etags import ANY_VERSION, ExpectedVersion
from shop.building_blocks.mediator import send
from shop.modules.catalog.currencies import ISO_4217
from shop.modules.catalog.features.create_product import MOST, SKU, CreateProduct
from shop.modules.catalog.features.delete_product import DeleteProduct
from shop.modules.catalog.features.update_product import UpdateProduct
from shop.modules.catalog.models import Product, ProductNotFound
from shop.modules.inventory.contracts import NameInventories


def _inventories() -> list[tuple[UUID | None, str]]:
    """While nobody answers for them there is none to choose, and the form says why."""
    try:
        return [(one.id, one.name) for one in send(NameInventories())]
    except Unavailable as refusal:
        return [(None, str(refusal))]


class ProductForm(forms.ModelForm[Product]):
    price = forms.DecimalField(max_digits=12, decimal_places=2, min_value=Decimal(0))
    currency = forms.ChoiceField(choices=[(code, code) for code in sorted(ISO_4217)], initial="USD")


class AddProductForm(ProductForm):
    sku = forms.CharField(
        label="SKU",
        max_length=32,
        validators=[RegexValidator(SKU, "3 to 32 of A-Z, 0-9 and -.")],
        help_text="A-Z, 0-9 and -; it is given once and stays.",
        widget=AdminTextInputWidget,
    )
    inventory_id = forms.TypedChoiceField(
        label="Inventory",
        choices=_inventories,
        coerce=UUID,
        help_text="Where the opening stock lies.",
    )
    quantity = forms.IntegerField(
        label="Opening stock", min_value=0, max_value=MOST, initial=0, help_text="Units."
    )

    class Meta:
        model = Product
        fields: ClassVar = ["sku", "name", "description", "price", "currency"]


class ChangeProductForm(ProductForm):
    """Carries the version that it shows, so that nobody overwrites what they have not seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields: ClassVar = ["name", "description", "price", "currency"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


class AvailabilityFilter(admin.SimpleListFilter):
    title = "availability"
    parameter_name = "available"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "In stock"), ("no", "Sold out")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        return queryset.filter(listing__in_stock=self.value() == "yes") if self.value() else queryset


@admin.register(Product)
class ProductAdmin(CommandAdmin):
    """Those that are for sale."""

    add_form = AddProductForm
    change_form = ChangeProductForm
    list_display = ("sku", "name", "price", "currency", "available", "created_at")
    list_filter = (AvailabilityFilter, "currency")
    search_fields = ("sku", "name")
    search_help_text = "Part of the SKU or of the name"
    show_full_result_count = False
    ordering = ("-id",)
    readonly_fields = ("available", "id", "created_at", "updated_at")

    class Media:
        css: ClassVar = {"all": ["catalog/admin.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).filter(deleted_at=None).select_related("listing")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        form = ChangeProductForm if obj else AddProductForm
        return [*form.base_fields, *(self.readonly_fields if obj else ())]

    @admin.display(ordering="listing__available")
    def available(self, product: Product) -> int:
        return product.listing.available

    def add(self, values: dict[str, Any]) -> UUID:
        return send(CreateProduct(**values))

    def update(self, obj: Product, values: dict[str, Any]) -> None:
        seen = ExpectedVersion.of(values.pop("version"))
        send(UpdateProduct(product_id=obj.pk, expected=seen, **values))

    def delete(self, obj: Product) -> None:
        with suppress(ProductNotFound):  # somebody else was quicker
            send(DeleteProduct(product_id=obj.pk, expected=ANY_VERSION))
