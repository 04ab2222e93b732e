"""One shop for all tests, which the previous version set up."""

from collections.abc import Iterator

import pytest

from tests.upgrade.customers import Customers
from tests.upgrade.previous import previous_version
from tests.upgrade.shop import TwoVersions


@pytest.fixture(scope="session")
def set_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoVersions]:
    """By the previous version, and its web and worker run."""
    shop = TwoVersions(tmp_path_factory.mktemp("upgrade", numbered=True), previous_version())
    try:
        shop.prepare()
        shop.run("previous web", "previous worker")
        yield shop
    finally:
        shop.kill()
        shop.forget()


@pytest.fixture(scope="session")
def customers(set_up: TwoVersions) -> Customers:
    """Who bought while the present version migrated."""
    customers = Customers(set_up)
    with customers.buying():
        set_up.asked = "present"
        set_up.manage("prepare")
    return customers


@pytest.fixture
def shop(set_up: TwoVersions, customers: Customers) -> TwoVersions:
    """Migrated. Which processes run is for each test to say."""
    return set_up
