"""Housekeeping: a task for Celery's beat, and a resident thread where no Celery runs."""

import threading
from collections.abc import Callable

from celery import shared_task

from shop.building_blocks.housekeeping import do_chores
from shop.building_blocks.http import idempotency  # noqa: F401  its chore
from shop.building_blocks.limits import models as limits  # noqa: F401  its chore
from shop.building_blocks.messaging import retention  # noqa: F401  its chore
from shop.building_blocks.messaging.resident import Timer

EVERY = 3600.0


@shared_task(name="messaging.purge")  # type: ignore[untyped-decorator]
def purge() -> None:
    """Harmless when it runs twice."""
    do_chores()


class Housekeeping:
    """The work of a resident thread: the same chores, at the start and once an hour."""

    def __init__(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        self.stopping, self.beat = stopping, beat

    def run(self) -> None:
        purge = Timer(EVERY)
        while not self.stopping.wait(1):
            self.beat()
            if purge.is_due():
                do_chores(progress=lambda _deleted: self.beat())
