"""Stock items: how much of a product lies where."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from uuid_utils.compat import uuid7

from shop.modules.inventory.models.inventory import Inventory


class StockItem(models.Model):
    """The stock of one product in one inventory."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    stock = models.ForeignKey("Stock", on_delete=models.PROTECT, related_name="items")
    inventory = models.ForeignKey(Inventory, on_delete=models.PROTECT, related_name="items", db_index=False)
    on_hand = models.PositiveIntegerField(default=0, help_text="the sum of its movements")
    reserved = models.PositiveIntegerField(default=0)

    stock_id: UUID
    inventory_id: UUID

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["inventory", "stock"], name="one_stock_item_per_product_and_inventory"
            ),
            models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="reserved_is_on_hand"),
        ]

    def __str__(self) -> str:
        return f"{self.stock} in {self.inventory}"

    @property
    def free(self) -> int:
        """What is promised to nobody; available, while the stock is not closed."""
        return self.on_hand - self.reserved

    def promise(self, quantity: int) -> None:
        """``quantity`` more; less, when it is negative."""
        self.reserved += quantity
        self.save(update_fields=["reserved"])
