"""The inventory's HTTP table of contents."""

from django.urls import path

from shop.building_blocks.http.endpoints import by_method
from shop.modules.inventory.features.adjust_stock import AdjustStockEndpoint
from shop.modules.inventory.features.confirm_reservation import ConfirmReservationEndpoint
from shop.modules.inventory.features.create_inventory import CreateInventoryEndpoint
from shop.modules.inventory.features.get_inventory import GetInventoryEndpoint
from shop.modules.inventory.features.get_reservation import GetReservationEndpoint
from shop.modules.inventory.features.get_stock import GetStockEndpoint
from shop.modules.inventory.features.list_inventories import ListInventoriesEndpoint
from shop.modules.inventory.features.list_inventory_items import ListInventoryItemsEndpoint
from shop.modules.inventory.features.list_movements import ListMovementsEndpoint
from shop.modules.inventory.features.place_reservation import PlaceReservationEndpoint
from shop.modules.inventory.features.release_reservation import ReleaseReservationEndpoint

_INVENTORY = "api/v1/inventories/<uuid:inventory_id>"
_STOCK = "api/v1/stock/<uuid:product_id>"
_RESERVATION = "api/v1/reservations/<uuid:reservation_id>"

app_name = "inventory"
urlpatterns = [
    path("api/v1/inventories", by_method(get=ListInventoriesEndpoint, post=CreateInventoryEndpoint)),
    path(_INVENTORY, by_method(get=GetInventoryEndpoint)),
    path(f"{_INVENTORY}/items", by_method(get=ListInventoryItemsEndpoint)),
    path(_STOCK, by_method(get=GetStockEndpoint)),
    path(f"{_STOCK}/adjustments", by_method(post=AdjustStockEndpoint)),
    path(f"{_STOCK}/movements", by_method(get=ListMovementsEndpoint)),
    path("api/v1/reservations", by_method(post=PlaceReservationEndpoint)),
    path(_RESERVATION, by_method(get=GetReservationEndpoint)),
    path(f"{_RESERVATION}/confirm", by_method(post=ConfirmReservationEndpoint)),
    path(f"{_RESERVATION}/release", by_method(post=ReleaseReservationEndpoint)),
]
