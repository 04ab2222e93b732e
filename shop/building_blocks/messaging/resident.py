"""A thread that lives as long as its process, and starts again with fresh connections when it fails."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from django.db import connections

from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.telemetry.context import inside
from shop.building_blocks.telemetry.metrics import instruments

log = logging.getLogger("shop.messaging")

_LONG_LIFE = 5.0
_LONGEST_PAUSE = 10.0


class Work(Protocol):
    def run(self) -> None:
        """Work until told to stop; raise to be started again."""


class Timer:
    """Is due at once, and then every so many seconds; less often while it is told that nothing happens."""

    def __init__(self, every: float, at_most: float = 0.0) -> None:
        self._every, self._at_most = every, max(every, at_most)
        self._pause, self._next = every, 0.0

    def left(self) -> float:
        """Seconds until it is due."""
        return max(0.0, self._next - time.monotonic())

    def would_be_due(self) -> bool:
        return not self.left()

    def is_due(self) -> bool:
        if self.left():
            return False
        self._next = time.monotonic() + self._pause
        return True

    def hurry(self, seconds: float = 0.0) -> None:
        """Due that soon, and then as often as at first; what is due sooner stays as it is."""
        soon = time.monotonic() + seconds
        if soon < self._next:
            self._next, self._pause = soon, self._every

    def relax(self) -> None:
        self._pause = min(self._at_most, self._pause * 2)


class Resident(threading.Thread):
    """Calls ``start_work(stopping, beat).run()`` again and again until told to stop."""

    def __init__(
        self,
        kind: str,
        start_work: Callable[[threading.Event, Callable[[], None]], Work],
        module: str = "-",
    ) -> None:
        super().__init__(name=f"{kind}:{module}", daemon=True)
        self.module = module
        self._restarts = instruments.restarts.labels(kind, module)
        self._last_beat = instruments.last_beat.labels(kind, module)
        self.start_work = start_work
        self.stopping = threading.Event()
        self.last_beat = time.monotonic()
        self._failures = 0

    def beat(self) -> None:
        """Called by the work whenever it makes progress."""
        self.last_beat = time.monotonic()
        self._last_beat.set_to_current_time()

    def is_well(self) -> bool:
        return self.is_alive() and time.monotonic() - self.last_beat < limits().stuck_after

    def run(self) -> None:
        with inside(self.module):
            while not self.stopping.is_set():
                self._live()
                if self._failures:
                    self.stopping.wait(min(_LONGEST_PAUSE, 0.1 * 2 ** min(self._failures, 10)))

    def _live(self) -> None:
        born = time.monotonic()
        try:
            self.beat()
            self.start_work(self.stopping, self.beat).run()
        except BaseException as error:  # whatever it was, a fresh life is the cure
            self._failures = 0 if time.monotonic() - born > _LONG_LIFE else self._failures + 1
            self._restarts.inc()
            expected = isinstance(error, OSError)
            log.warning("%s starts again: %r", self.name, error, exc_info=not expected)
        finally:
            connections.close_all()  # this thread's own


_started: list[Resident] = []


@contextmanager
def running(residents: Sequence[Resident]) -> Iterator[None]:
    """On leaving, the work in hand is finished."""
    _started.extend(residents)
    for resident in residents:
        resident.start()
    try:
        yield
    finally:
        ask_to_stop()
        for resident in residents:
            resident.join()
            _started.remove(resident)


def ask_to_stop(**_signal: object) -> None:
    """The resident threads of this process come to an end as soon as the work in hand is finished."""
    for resident in _started:
        resident.stopping.set()


def are_well() -> bool:
    return all(one.is_well() for one in _started)


def started() -> list[Resident]:
    """The resident threads of this process."""
    return list(_started)
