"""The catalog's tables."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from shop.building_blocks.http import idempotency
from shop.building_blocks.messaging import models as messaging


class Product(models.Model):
    """What the shop sells. How many there are is the inventory's to know."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    sku = models.CharField("SKU", max_length=32, unique=True)
    name = models.CharField(max_length=255)
    description = models.TextField(blank=True, default="", max_length=5000)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    currency = models.CharField(max_length=3, default="USD")
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(price__gte=0), name="product_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} {self.name}"


class Availability(models.Model):
    """Read model: how many of a product can be sold, as the inventory last said.

    ``version`` is that of the stock. A row of its own, because sales are many and must not wait for an
    edit of the product; without a constraint, because an event may outlive its product.
    """

    product = models.OneToOneField(
        Product,
        primary_key=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
    )
    available = models.IntegerField()
    version = models.PositiveIntegerField()

    product_id: UUID

    class Meta:
        verbose_name_plural = "availability"

    def __str__(self) -> str:
        return f"{self.available} of {self.product_id}"


class OutboxMessage(messaging.OutboxMessage):
    """What the catalog has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What the catalog was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did to the catalog's messages."""


class IdempotencyRecord(idempotency.IdempotencyRecord):
    """What the catalog answered to requests that may be sent again."""
