"""A client of the teller: `python -m tests.resilience.produce BOOK EVENTS`. It tries again what failed."""

import argparse
import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import django
from django.db import OperationalError, connections

PER_TRANSACTION = 5


def main() -> None:
    wish = parser().parse_args()
    django.setup()
    from tests.resilience import crash_points  # noqa: PLC0415  they need the apps

    crash_points.install(Path(os.environ["CRASH_FILE"]))
    for account in accounts(wish.book, wish.accounts, wish.events):
        number = int(account.rpartition("-")[2])
        deposit(account, wish.poison_at if number < wish.poisoned else None)
        time.sleep(wish.pause)


def parser() -> argparse.ArgumentParser:
    wish = argparse.ArgumentParser()
    wish.add_argument("book")
    wish.add_argument("events", type=int, help="0: until killed")
    wish.add_argument("--accounts", type=int, default=12)
    wish.add_argument("--poisoned", type=int, default=0, help="accounts with a deposit that always fails")
    wish.add_argument("--poison-at", type=int, default=3, help="the version of it")
    wish.add_argument("--pause", type=float, default=0, help="seconds between transactions")
    return wish


def accounts(book: str, count: int, events: int) -> Iterator[str]:
    """Every account has its turn before chance decides, so that each has events."""
    yield from (f"{book}-{number}" for number in range(count))
    made = count * PER_TRANSACTION
    while not events or made < events:
        yield f"{book}-{random.randrange(count)}"
        made += PER_TRANSACTION


def deposit(account: str, poison_at: int | None) -> None:
    """Until it succeeds. One that has been committed without our knowing is only one more."""
    from shop.building_blocks.mediator import send  # noqa: PLC0415
    from tests.resilience.teller.features.deposit import Deposit  # noqa: PLC0415

    while True:
        try:
            send(Deposit(account=account, times=PER_TRANSACTION, poison_at=poison_at))
        except OperationalError:
            connections.close_all()
            time.sleep(0.1)
        else:
            return


if __name__ == "__main__":
    main()
