"""What the page /metrics shows, sent to a collector again and again, without being asked."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread

from django.conf import settings
from django.db import connections
from prometheus_client import Metric
from prometheus_client.registry import Collector

from shop.building_blocks.telemetry.metrics.exposition import page
from shop.building_blocks.telemetry.metrics.turns import Turns

log = logging.getLogger("shop.metrics")

Send = Callable[[Iterable[Metric], str, int], None]
"""Of the families of a group of processes, by its id, that has counted since then, in ns of Unix time."""

_PATIENCE = 2.0
"""Seconds that a process which is to end takes for its last word."""

_send: Send | None = None


def send_by(send: Send) -> None:
    """From here on, ``sending`` does."""
    global _send  # noqa: PLW0603
    _send = send


@contextmanager
def sending(collectors: Sequence[Collector] = ()) -> Iterator[None]:
    """Meanwhile, and once more at the end; nothing where there is nobody to send to.

    To be entered after the last fork. ``collectors`` find out what is to be sent along.
    """
    if not _send:
        yield
        return
    sender = _Sender(_send, collectors)
    sender.start()
    try:
        yield
    finally:
        sender.stopping.set()
        sender.join(_PATIENCE)


class _Sender(Thread):
    def __init__(self, send: Send, collectors: Sequence[Collector]) -> None:
        super().__init__(name="metrics-sender", daemon=True)
        self.stopping = Event()
        self._send, self._collectors = send, collectors
        self._turns = Turns(settings.METRICS_EVERY)

    def run(self) -> None:
        while not self.stopping.wait(self._turns.left()):
            with self._turns.taken():
                if not self._turns.left():  # else another process has, while we waited
                    self._try()
        with self._turns.taken():
            self._try()

    def _try(self) -> None:
        """What fails is put right by the next time: numbers only grow."""
        self._turns.begin()
        try:
            self._send(page(self._collectors).collect(), self._turns.group, self._turns.since)
        except Exception as error:  # noqa: BLE001  whatever it is, the thread must live
            log.warning("metrics were not sent: %r", error)
        finally:
            connections.close_all()  # this thread's own
