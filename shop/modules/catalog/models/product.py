"""The aggregate: rules, changes, events."""

from decimal import Decimal
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from uuid_utils.compat import uuid7

from shop.building_blocks.database.writes import insert
from shop.building_blocks.errors import NotFound
from shop.building_blocks.messaging import outbox
from shop.modules.catalog.contracts import ProductDeleted, ProductUpdated
from shop.modules.catalog.models.listing import Listing
from shop.modules.catalog.models.search import SearchDocument, Word


class ProductNotFound(NotFound):
    """The catalog has no such product."""


class Product(models.Model):
    """What the shop sells. How many there are is the inventory's to know.

    The row of a deleted product stays, and with it its SKU, which is not given twice: labels, orders and
    events under way still carry it, and a request to create the product that arrives late, or again,
    must not bring it back. What lists and search read is gone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.CharField("SKU", max_length=32, unique=True)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="", max_length=5000)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"

    @classmethod
    def locked(cls, product_id: UUID) -> Self:
        """The product, whose row is ours until the transaction ends. Raises ProductNotFound."""
        product = cls.objects.select_for_update().filter(id=product_id, deleted_at=None).first()
        if product is None:
            raise ProductNotFound(f"There is no product {product_id}.")
        return product

    def change(self, *, name: str, description: str, price: Decimal, currency: str) -> None:
        """Where nothing changes there is nothing to tell, and the version stays.

        The listing comes last: what sells goods writes it too, in transactions that hold many listings.
        Who waits for one of those may hold nothing that the others wait for.
        """
        wanted = {"name": name, "description": description, "price": price, "currency": currency}
        if all(getattr(self, field) == value for field, value in wanted.items()):
            return
        for field, value in wanted.items():
            setattr(self, field, value)
        self.version += 1
        self.save(update_fields=[*wanted, "version", "updated_at"])
        Word.learn(self)
        SearchDocument.objects.filter(product=self).update(**SearchDocument.of(self))
        Listing.objects.filter(product=self).update(**Listing.of(self))
        outbox.publish(
            ProductUpdated(
                product_id=self.id,
                version=self.version,
                sku=self.sku,
                name=self.name,
                price=self.price,
                currency=self.currency,
            )
        )

    def retire(self) -> None:
        """Delete the product, and leave its row as the mark of its SKU."""
        self.deleted_at = timezone.now()
        self.version += 1
        self.save(update_fields=["deleted_at", "version", "updated_at"])
        SearchDocument.objects.filter(product=self).delete()
        Listing.objects.filter(product=self).delete()
        outbox.publish(ProductDeleted(product_id=self.id, version=self.version, sku=self.sku))

    def show(self) -> None:
        """Have lists and search read the new product, too."""
        Word.learn(self)
        insert([SearchDocument(product=self, **SearchDocument.of(self))])
        insert([Listing(product=self, **Listing.of(self))])
