"""Stock: how much of a product there is, and how much of that is promised."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from shop.building_blocks.errors import Conflict, NotFound
from shop.modules.inventory.contracts import StockChanged
from shop.modules.inventory.models.inventory import Inventory, InventoryNotFound
from shop.modules.inventory.models.movement import MovementKind
from shop.modules.inventory.models.stock_item import StockItem

if TYPE_CHECKING:
    from shop.modules.inventory.models.reservation import Reservation

MOST = 2**31 - 1
"""Units of one product in all inventories together: what its columns hold, and those of its readers."""


class StockNotFound(NotFound):
    """No stock is kept of this product, or not yet."""


class InsufficientStock(Conflict):
    """There is not enough stock."""


class TooMuchStock(Conflict):
    """There cannot be that much of one product."""


class Stock(models.Model):
    """The stock of one product over all inventories: the aggregate, whose row every change locks.

    Every change makes a version, one above the last, and is told to the others.
    """

    product_id = models.UUIDField(primary_key=True, editable=False)
    sku = models.CharField("SKU", max_length=32, db_index=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="when its product was deleted")

    class Meta:
        verbose_name_plural = "stock"

    def __str__(self) -> str:
        return self.sku

    @classmethod
    def lock(cls, product_ids: Iterable[UUID]) -> dict[UUID, Self]:
        """Those that exist, by id. Everybody locks in the order of the ids, so nobody waits in a circle.

        What lies where is read by a second statement: on PostgreSQL only that one sees what was
        committed while the first one waited.
        """
        rows = cls.objects.select_for_update().order_by("product_id").prefetch_related("items")
        return rows.in_bulk(list(product_ids))

    @classmethod
    def lock_one(cls, product_id: UUID) -> Self:
        found = cls.lock([product_id])
        if not found:
            raise StockNotFound(f"There is no stock of a product {product_id}.")
        return found[product_id]

    @cached_property
    def places(self) -> list[StockItem]:
        return list(self.items.all())

    @property
    def on_hand(self) -> int:
        return sum(item.on_hand for item in self.places)

    @property
    def reserved(self) -> int:
        return sum(item.reserved for item in self.places)

    @property
    def available(self) -> int:
        """What can be sold; nothing, once the product is deleted."""
        return 0 if self.closed_at else self.on_hand - self.reserved

    def open(self, inventory_id: UUID, quantity: int) -> StockChanged:
        item = self._place(inventory_id)
        if quantity:
            self._move(item, quantity, kind=MovementKind.OPENING)
        return self._changed()

    def adjust(self, inventory_id: UUID, delta: int, reason: str) -> StockChanged:
        """Also of a closed stock: what lies there may be counted and carried away, but not sold."""
        item = self._place(inventory_id)
        if item.free + delta < 0:
            raise InsufficientStock(f"Only {item.free} of {self.sku} can be taken away there.")
        if self.on_hand + delta > MOST:
            raise TooMuchStock(f"There are {self.on_hand} of {self.sku}, and {MOST} is the most.")
        self._move(item, delta, kind=MovementKind.ADJUSTMENT, reason=reason)
        return self._changed()

    def reserve(self, quantity: int, reservation: "Reservation") -> StockChanged:
        """Fullest inventory first, so that it comes from as few of them as can be (ADR 11)."""
        if quantity > self.available:
            raise InsufficientStock(f"Only {self.available} of {self.sku} are available.")
        for item in sorted(self.places, key=lambda item: (-item.free, item.pk)):
            taken = min(quantity, item.free)
            if taken:
                item.promise(taken)
                reservation.allocations.create(item=item, quantity=taken)
            quantity -= taken
        return self._changed()

    def ship(self, allocated: Mapping[UUID, int], reservation: "Reservation") -> StockChanged:
        """What a reservation holds, by item, leaves the house."""
        for item, quantity in self._allocated(allocated):
            item.promise(-quantity)
            self._move(item, -quantity, kind=MovementKind.SHIPMENT, reservation=reservation)
        return self._changed()

    def take_back(self, allocated: Mapping[UUID, int]) -> StockChanged:
        """What a reservation holds, by item, is promised to nobody any more."""
        for item, quantity in self._allocated(allocated):
            item.promise(-quantity)
        return self._changed()

    def close(self) -> StockChanged:
        """Its product is deleted: what is promised may still be shipped, but nothing more is sold."""
        self.closed_at = timezone.now()
        return self._changed()

    def _place(self, inventory_id: UUID) -> StockItem:
        for item in self.places:
            if item.inventory_id == inventory_id:
                return item
        if not Inventory.objects.filter(id=inventory_id).exists():
            raise InventoryNotFound(f"There is no inventory {inventory_id}.")
        self.places.append(self.items.create(inventory_id=inventory_id))
        return self.places[-1]

    def _allocated(self, allocated: Mapping[UUID, int]) -> list[tuple[StockItem, int]]:
        return [(item, allocated[item.pk]) for item in self.places if item.pk in allocated]

    def _move(self, item: StockItem, delta: int, **why: Any) -> None:
        """``on_hand`` follows in the database: the ledger's trigger is the only one that may write it."""
        item.on_hand += delta
        version = self.version + 1
        self.movements.create(item=item, version=version, delta=delta, balance=item.on_hand, **why)

    def _changed(self) -> StockChanged:
        self.version += 1
        self.save(update_fields=["version", "closed_at"])
        return StockChanged(
            product_id=self.product_id,
            version=self.version,
            on_hand=self.on_hand,
            reserved=self.reserved,
            available=self.available,
        )
