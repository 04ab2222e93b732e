"""From the previous version to the present one and back, while customers buy."""

import pytest

from tests.acceptance.test_the_path import create_product, stock_of
from tests.support import eventually
from tests.upgrade.books import Books
from tests.upgrade.customers import Customers
from tests.upgrade.shop import TwoVersions

pytestmark = pytest.mark.postgresql


def test_customers_do_not_notice_that_one_process_after_another_is_replaced(
    shop: TwoVersions, customers: Customers
) -> None:
    shop.run("previous web", "previous worker")
    with customers.buying() as go_on:
        for running in (
            ("previous web", "present web", "previous worker"),
            ("present web", "previous worker"),
            ("present web", "previous worker", "present worker"),
            ("present web", "present worker"),
        ):
            shop.run(*running)
            go_on()

    assert customers.failures == []
    Books(shop).are_settled()
    Books(shop).agree_with(customers)


def test_the_previous_version_goes_on_where_the_present_one_was_taken_back(
    shop: TwoVersions, customers: Customers
) -> None:
    shop.run("present web", "present worker")
    shop.asked = "present"
    product = create_product(shop, quantity=5)

    with customers.buying():
        shop.run("previous web", "previous worker")
    shop.asked = "previous"

    assert customers.failures == []
    assert eventually(lambda: stock_of(shop, product))["on_hand"] == 5
    Books(shop).are_settled()
    Books(shop).agree_with(customers)
