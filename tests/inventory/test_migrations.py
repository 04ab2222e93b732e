"""Databases that are older than the ledger."""

from collections.abc import Iterator
from typing import Any

import pytest
from uuid_utils.compat import uuid7

from shop.modules.inventory.models import Movement, StockItem
from tests.inventory.arrange import adjust
from tests.support import migrate_to

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = "0003_idempotency"


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate_to("inventory", BEFORE)
    migrate_to("inventory")


def test_what_lay_there_before_the_ledger_is_its_first_entry(before: Any) -> None:
    models = {name: before.get_model("inventory", name) for name in ("Inventory", "Stock", "StockItem")}
    food, cellar = (models["Inventory"].objects.create(name=name) for name in ("food", "cellar"))
    mug = models["Stock"].objects.create(product_id=uuid7(), sku="MUG-1", version=4)
    models["StockItem"].objects.create(stock=mug, inventory=food, on_hand=7, reserved=2)
    models["StockItem"].objects.create(stock=mug, inventory=cellar, on_hand=0)

    migrate_to("inventory")

    movement = Movement.objects.get()
    assert (movement.kind, movement.delta, movement.balance, movement.version) == ("opening", 7, 7, 4)
    assert adjust(mug.pk, food.pk, -5).on_hand == 2
    assert StockItem.objects.get(inventory=food.pk).on_hand == 2
