"""Two banks: one on the servers of the suite, and one on servers that may be killed."""

import os
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.resilience.bank import Bank
from tests.resilience.servers import Mortal, are_here, mortal_servers

# Models and processes of other settings than the suite's.
collect_ignore = ["settings.py", "worker.py", "produce.py", "teller", "ledger"]


class World(NamedTuple):
    bank: Bank
    database: Mortal
    broker: Mortal


@pytest.fixture(scope="session")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    folder = tmp_path_factory.mktemp("bank")
    bank = Bank(folder, os.environ["DATABASE_ADMIN_URL"], os.environ["BROKER_URL"])
    bank.open()
    yield bank
    bank.close()


@pytest.fixture(scope="session")
def a_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    if not are_here():
        pytest.skip("only a PostgreSQL and a RabbitMQ installed on this machine can be killed")
    with mortal_servers() as (database, broker):
        folder = tmp_path_factory.mktemp("world")
        bank = Bank(folder, database.url, broker.url, direct_url=database.direct_url)
        bank.open()
        yield World(bank, database, broker)
        bank.close()


@pytest.fixture
def world(a_world: World) -> World:
    """With a worker that knows of no earlier fault: who failed often pauses longer."""
    a_world.bank.no_worker()
    a_world.bank.start_worker()
    return a_world
