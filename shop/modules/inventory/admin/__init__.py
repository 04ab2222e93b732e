"""The inventory in Django's admin: to look at, and to change by the same commands as over HTTP."""

from shop.modules.inventory.admin.inventories import InventoryAdmin
from shop.modules.inventory.admin.reservations import ReservationAdmin
from shop.modules.inventory.admin.stock import MovementAdmin, StockAdmin

__all__ = ["InventoryAdmin", "MovementAdmin", "ReservationAdmin", "StockAdmin"]
