import pytest

from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import NamedInventory, NameInventories
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_answers_with_every_inventory_by_name() -> None:
    food, cellar = an_inventory("food"), an_inventory("cellar")

    answer = send(NameInventories())

    assert answer == (NamedInventory(id=cellar, name="cellar"), NamedInventory(id=food, name="food"))
