"""The shops that the scenarios run against: one per topology."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.matrix import Matrix
from tests.acceptance.shops import Shop, prepared
from tests.acceptance.topologies import TOPOLOGIES, chosen
from tests.telemetry.receiver import Receiver, receiving


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A scenario runs on every topology, or on those that ``@pytest.mark.topologies`` names."""
    if "a_shop" not in metafunc.fixturenames:
        return
    scenario = metafunc.definition
    marker = scenario.get_closest_marker("topologies")
    named = marker.args if marker else tuple(TOPOLOGIES)
    is_core = scenario.get_closest_marker("core") is not None
    topologies = [name for name in chosen(is_core=is_core) if name in named]
    metafunc.parametrize("a_shop", topologies, indirect=True, scope="session")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """WRITE=on is `make acceptance` with nothing left out."""
    if "TOPOLOGIES" not in os.environ:
        return
    stats = terminalreporter.stats
    held = {report.nodeid: True for report in stats.get("passed", ())}
    held |= {report.nodeid: False for kind in ("failed", "error") for report in stats.get(kind, ())}
    if not (matrix := Matrix(held)):
        return
    terminalreporter.write_sep("=", "scenarios and topologies")
    terminalreporter.write_line(f"{matrix.details()}\n\n{matrix.summary()}")
    if os.environ.get("WRITE") and matrix.holds:
        matrix.write()


@pytest.fixture(scope="session")
def receiver() -> Iterator[Receiver]:
    """The collector of all shops."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="session")
def a_shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> Iterator[Shop]:
    shop = TOPOLOGIES[request.param](tmp_path_factory.mktemp("acceptance", numbered=True))
    shop.env |= receiver.env
    with prepared(shop):
        yield shop


@pytest.fixture
def shop(a_shop: Shop) -> Shop:
    """Running; a scenario may stop or kill it, the next one finds it running again."""
    if not a_shop.processes:
        a_shop.start()
    return a_shop
