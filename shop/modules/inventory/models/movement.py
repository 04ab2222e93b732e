"""Movements: the ledger of the stock."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7


class MovementKind(models.TextChoices):
    OPENING = "opening"
    ADJUSTMENT = "adjustment"
    SHIPMENT = "shipment"


class Movement(models.Model):
    """An entry of the ledger: why there is more or less of a product in an inventory than before.

    Written once and never changed. ``on_hand`` of an item is the balance of its last movement; triggers
    in the database see to both (ADR 10).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stock = models.ForeignKey("Stock", on_delete=models.PROTECT, related_name="movements", db_index=False)
    item = models.ForeignKey("StockItem", on_delete=models.PROTECT, related_name="movements", db_index=False)
    version = models.PositiveIntegerField(help_text="of the stock, which this movement led to")
    kind = models.CharField(max_length=10, choices=MovementKind)
    delta = models.IntegerField()
    balance = models.PositiveIntegerField(help_text="on hand in the inventory afterwards")
    reason = models.CharField(max_length=200, blank=True, default="")
    reservation = models.ForeignKey(
        "Reservation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="movements",
        db_index=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "version"], name="one_movement_per_item_and_version"),
            models.CheckConstraint(condition=~Q(delta=0), name="movement_moves_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["stock", "version", "id"], name="inventory_ledger")]

    def __str__(self) -> str:
        return f"{self.delta:+}"
