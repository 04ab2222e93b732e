"""Somebody to ask."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from pytest_django.fixtures import Settings

from shop.building_blocks import modules
from shop.building_blocks.rpc.routing import contracts_here
from shop.building_blocks.rpc.server.server import Server
from tests.rpc.processes import TOKEN, Oracle

# Of other processes, with settings of their own.
collect_ignore = ["settings.py", "urls.py", "wsgi.py", "asker", "oracle"]


@pytest.fixture(autouse=True)
def _patient_service(settings: Settings) -> None:
    """This process asks as a service of ours, and waits longer: the machine may be busy."""
    settings.RPC = {"tokens": (TOKEN,), "timeout": 10.0}


@pytest.fixture
def asking(settings: Settings) -> Callable[..., None]:
    """``asking(timeout=0.5)``"""

    def change(**values: Any) -> None:
        settings.RPC = settings.RPC | values

    return change


@pytest.fixture(scope="session")
def oracle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    """That all tests may ask, and none may harm."""
    running = Oracle(tmp_path_factory.mktemp("oracle"))
    yield running
    running.end()


@pytest.fixture
def an_oracle(tmp_path: Path) -> Iterator[Callable[..., Oracle]]:
    """``an_oracle(threads=1)`` is one of the test's own."""
    started: list[Oracle] = []

    def start(**options: Any) -> Oracle:
        started.append(Oracle(tmp_path, **options))
        return started[-1]

    yield start
    for one in started:
        one.end()


@pytest.fixture
def answering(
    transactional_db: None, _patient_service: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[int]:
    """The port at which this process answers for the shop, over the databases of the tests."""
    for module in modules.names():  # so that a database can be dropped when its test is over
        monkeypatch.setitem(connections.settings[module], "CONN_MAX_AGE", 0)
    server = Server(contracts_here(), threads=2)
    yield server.listen("127.0.0.1:0")
    server.stop(grace=5)
