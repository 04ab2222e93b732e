"""Two banks: one on the servers of the suite, and one on servers that may be killed."""

import os
from collections.abc import Iterator

import pytest

from tests.resilience import servers
from tests.resilience.bank import Bank
from tests.resilience.world import World, a_world

# Models and processes of other settings than the suite's, and the long form.
collect_ignore = ["settings.py", "worker.py", "produce.py", "__main__.py", "teller", "ledger"]


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("bank")
    bank = Bank(folder, os.environ["DATABASE_ADMIN_URL"], os.environ["BROKER_URL"])
    bank.open()
    yield bank
    bank.close()


@pytest.fixture(scope="session")
def the_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if not servers.are_here():
        pytest.skip("only a PostgreSQL and a RabbitMQ installed on this machine can be killed")
    with a_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def world(the_world: World) -> World:
    """With a worker that knows of no earlier fault: who failed often pauses longer."""
    the_world.bank.no_worker()
    the_world.bank.start_worker()
    return the_world
