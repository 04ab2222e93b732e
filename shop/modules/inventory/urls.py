"""The inventory's HTTP table of contents."""

from django.urls import path

from shop.building_blocks.http.endpoints import by_method
from shop.modules.inventory.features.create_inventory import CreateInventoryEndpoint
from shop.modules.inventory.features.get_inventory import GetInventoryEndpoint
from shop.modules.inventory.features.get_stock import GetStockEndpoint
from shop.modules.inventory.features.list_inventories import ListInventoriesEndpoint

app_name = "inventory"
urlpatterns = [
    path(
        "api/v1/inventories",
        by_method(get=ListInventoriesEndpoint, post=CreateInventoryEndpoint),
    ),
    path("api/v1/inventories/<uuid:inventory_id>", by_method(get=GetInventoryEndpoint)),
    path("api/v1/stock/<uuid:product_id>", by_method(get=GetStockEndpoint)),
]
