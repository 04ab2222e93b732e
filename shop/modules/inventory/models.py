"""The inventory's tables. Products are known by their id: the catalog owns them."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from shop.building_blocks.http import idempotency
from shop.building_blocks.messaging import models as messaging


class Inventory(models.Model):
    """A place where stock lies."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True, default="", max_length=1000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "inventories"

    def __str__(self) -> str:
        return self.name


class Stock(models.Model):
    """The stock of one product over all inventories: the aggregate, whose row every change locks."""

    product_id = models.UUIDField(primary_key=True, editable=False)
    sku = models.CharField("SKU", max_length=32, db_index=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name_plural = "stock"

    def __str__(self) -> str:
        return self.sku


class StockItem(models.Model):
    """The stock of one product in one inventory."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="items")
    inventory = models.ForeignKey(Inventory, on_delete=models.PROTECT, related_name="items")
    on_hand = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField(default=0)

    inventory_id: UUID

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["stock", "inventory"], name="one_stock_item_per_product_and_inventory"
            ),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="reserved_is_on_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.stock} in {self.inventory}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved


class OutboxMessage(messaging.OutboxMessage):
    """What the inventory has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What the inventory was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did to the inventory's messages."""


class IdempotencyRecord(idempotency.IdempotencyRecord):
    """What the inventory answered to requests that may be sent again."""
