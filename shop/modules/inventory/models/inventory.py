"""Inventories: where stock lies."""

from django.db import models
from uuid_utils.compat import uuid7

from shop.building_blocks.errors import NotFound


class InventoryNotFound(NotFound):
    """There is no such inventory."""


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
