"""The shop that the scenarios run against: the topology that this pass of the suite stands for."""

from collections.abc import Iterator

import pytest
from django.conf import settings

from tests.acceptance.processes import LocalShop, Monolith, Shop


@pytest.fixture(scope="session")
def a_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    kind = Monolith if settings.BROKER_URL else LocalShop
    shop = kind(tmp_path_factory.mktemp("acceptance", numbered=True))
    shop.prepare()
    try:
        yield shop
    finally:
        shop.kill()
        shop.forget()


@pytest.fixture
def shop(a_shop: Shop) -> Shop:
    """Running; a scenario may stop or kill it, the next one finds it running again."""
    if not a_shop.processes:
        a_shop.start()
    return a_shop
