"""Spares callers the wait for somebody who does not answer, and him their calls.

M. Nygard, Release It!, "Circuit Breaker". Each process learns alone.
"""

from collections.abc import Callable
from threading import Lock
from time import monotonic


class Breaker:
    """After ``limit`` failures in a row nobody is let through, but one every ``pause`` seconds, to try."""

    def __init__(self, limit: int = 5, pause: float = 2.0, clock: Callable[[], float] = monotonic) -> None:
        self._limit, self._pause, self._clock = limit, pause, clock
        self._failures = 0
        self._next_try = 0.0
        self._lock = Lock()

    def lets_through(self) -> bool:
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._next_try:
                return False
            self._next_try = self._clock() + self._pause
            return True

    def succeeded(self) -> None:
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        with self._lock:
            self._failures += 1
            self._next_try = self._clock() + self._pause
