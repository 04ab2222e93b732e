import pytest

from shop.building_blocks.mediator import send
from shop.modules.inventory.features.create_inventory import CreateInventory, DuplicateInventoryName
from shop.modules.inventory.features.get_inventory import GetInventory
from shop.modules.inventory.features.list_inventories import ListInventories

pytestmark = pytest.mark.django_db


def test_opens_an_inventory() -> None:
    inventory_id = send(CreateInventory(name="food", description="Cool and dry."))

    shown = send(GetInventory(inventory_id))

    assert (shown.name, shown.description) == ("food", "Cool and dry.")
    assert [item.id for item in send(ListInventories()).items] == [inventory_id]


def test_refuses_a_second_one_of_the_same_name() -> None:
    send(CreateInventory(name="food"))

    with pytest.raises(DuplicateInventoryName):
        send(CreateInventory(name="food"))
