"""Tell other modules which inventories there are."""

from shop.building_blocks.mediator import handles
from shop.modules.inventory.contracts import NamedInventory, NameInventories
from shop.modules.inventory.models import Inventory


@handles(NameInventories)
def name_inventories(_query: NameInventories) -> tuple[NamedInventory, ...]:
    rows = Inventory.objects.order_by("name").values_list("id", "name")
    return tuple(NamedInventory(id=inventory_id, name=name) for inventory_id, name in rows)
