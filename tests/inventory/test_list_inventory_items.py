import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.features.list_inventory_items import InventoryItem, ListInventoryItems
from shop.modules.inventory.models import InventoryNotFound
from tests.inventory.arrange import a_stock, reserve
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_shows_what_lies_there_newest_product_first_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    food, cellar = an_inventory("food"), an_inventory("cellar")
    mug, cup = a_stock((food, 12), (cellar, 1)), a_stock((food, 3), sku="CUP-1")
    a_stock((cellar, 9))
    reserve((cup, 2))

    with django_assert_num_queries(1, using="inventory"):
        page = send(ListInventoryItems(inventory_id=food))

    assert page.items == [
        InventoryItem(product_id=cup, sku="CUP-1", on_hand=3, reserved=2, available=1),
        InventoryItem(product_id=mug, sku="MUG-1", on_hand=12, reserved=0, available=12),
    ]
    assert page.next is None


def test_pages_through_everything_once() -> None:
    food = an_inventory()
    products = [a_stock((food, 1)) for _ in range(5)]

    first = send(ListInventoryItems(inventory_id=food, limit=3))
    second = send(ListInventoryItems(inventory_id=food, limit=3, cursor=first.items[-1].product_id))

    assert [one.product_id for one in first.items + second.items] == products[::-1]
    assert first.next
    assert second.next is None


def test_an_empty_inventory_is_not_an_unknown_one() -> None:
    assert send(ListInventoryItems(inventory_id=an_inventory())).items == []
    with pytest.raises(InventoryNotFound):
        send(ListInventoryItems(inventory_id=uuid7()))
