"""Read model: what lists show of a product, and whatever they filter and sort by."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat

from shop.building_blocks.database.fields import BytewiseCharField
from shop.modules.catalog.language import name_key

if TYPE_CHECKING:
    from shop.modules.catalog.models.product import Product

_LEADS = {"": (), "currency_": ("currency",), "stock_": ("in_stock",), "shelf_": ("shelf",)}
_SORTS = {"created": ("age",), "name": ("name_key", "age", "price"), "price": ("price", "age", "name_key")}


class Listing(models.Model):
    """One row for each product that is for sale.

    ``available`` is what the inventory last said, and ``stock_version`` the version of the stock that it
    said it of; 0 before it has said anything. An event only updates: a product that is deleted has no
    listing any more, and none of its later events brings one back.

    There is an index for each sort within all products, those in a currency, those that are in stock or
    not, and both at once, which is the ``shelf``. So whatever is asked for exactly is a stretch of one
    index. Those by name have the price, and those by price the name, so that looking through one reads no
    rows.

    The primary key is the index of the plain list by creation, and of that alone. PostgreSQL takes reading
    a table in its own order for cheap, and looking for twenty products in a currency that has not been used
    for years, would walk through all that are newer. So whoever asks for a currency sorts by ``age``, which
    is the id once more, and has no index of its own to walk.
    """

    product = models.OneToOneField("catalog.Product", models.DO_NOTHING, primary_key=True)
    sku = models.CharField("SKU", max_length=32)
    name = models.CharField(max_length=255)
    name_key = BytewiseCharField(max_length=255)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3)
    available = models.IntegerField(default=0)
    stock_version = models.PositiveIntegerField(default=0)
    in_stock = models.GeneratedField(
        expression=Q(available__gt=0),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )
    shelf = models.GeneratedField(
        expression=Concat("currency", Case(When(available__gt=0, then=Value("+")), default=Value("-"))),
        output_field=models.CharField(max_length=4),
        db_persist=True,
    )

    age = models.GeneratedField(
        expression=F("product_id"),  # type: ignore[arg-type]
        output_field=models.UUIDField(),
        db_persist=True,
    )

    product_id: UUID

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=[*lead, *key], name=f"listing_{leading}{sort}")
            for leading, lead in _LEADS.items()
            for sort, key in _SORTS.items()
            if lead or sort != "created"
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    @staticmethod
    def of(product: "Product") -> dict[str, Any]:
        """What the catalog itself knows of it."""
        return {
            "sku": product.sku,
            "name": product.name,
            "name_key": name_key(product.name),
            "price": product.price,
            "currency": product.currency,
        }
