"""A bank on servers that may be killed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.resilience.bank import Bank
from tests.resilience.servers import Mortal, mortal_servers


class World(NamedTuple):
    bank: Bank
    database: Mortal
    broker: Mortal


@contextmanager
def a_world(folder: Path) -> Iterator[World]:
    """The bank reaches its servers through networks that may break."""
    with mortal_servers() as (database, broker):
        bank = Bank(folder, database.url, broker.url, direct_url=database.direct_url)
        bank.open()
        try:
            yield World(bank, database, broker)
        finally:
            bank.close()
