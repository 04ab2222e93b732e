"""Housekeeping: a task for Celery's beat, and a resident thread where no Celery runs."""

import threading
from collections.abc import Callable

from celery import shared_task

from shop.building_blocks.http.idempotency import purge_expired
from shop.building_blocks.messaging.resident import Timer
from shop.building_blocks.messaging.retention import Progress, purge_everywhere

EVERY = 3600.0


@shared_task(name="messaging.purge")  # type: ignore[untyped-decorator]
def purge() -> None:
    """Delete what is older than the settings keep; harmless when it runs twice."""
    _purge()


class Housekeeping:
    """The work of a resident thread: the same purge, at the start and once an hour."""

    def __init__(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        self.stopping, self.beat = stopping, beat

    def run(self) -> None:
        purge = Timer(EVERY)
        while not self.stopping.wait(1):
            self.beat()
            if purge.is_due():
                _purge(progress=lambda _deleted: self.beat())


def _purge(progress: Progress | None = None) -> None:
    purge_everywhere(progress)
    purge_expired(progress)
