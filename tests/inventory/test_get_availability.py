import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.inventory.contracts import GetAvailability, ProductAvailability
from tests.inventory.test_open_stock_for_new_product import product_created, receive
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_answers_for_many_products_at_once_and_leaves_out_what_it_does_not_know(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    food = an_inventory()
    mug, cup = product_created(food, quantity=12), product_created(food, quantity=0)
    receive(mug)
    receive(cup)

    with django_assert_num_queries(1, using="inventory"):
        answer = send(GetAvailability(product_ids=(cup.product_id, uuid7(), mug.product_id)))

    assert answer == (
        ProductAvailability(product_id=mug.product_id, available=12, version=1),
        ProductAvailability(product_id=cup.product_id, available=0, version=1),
    )
