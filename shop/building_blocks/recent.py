"""What this process found out a moment ago."""

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Generic, TypeVar

V = TypeVar("V")


class Recent(Generic[V]):
    """Remembers at most ``size`` values, each for some seconds; the oldest make room for new ones."""

    def __init__(self, size: int, clock: Callable[[], float] = monotonic) -> None:
        self._size, self._clock = size, clock
        self._known: dict[str, tuple[V, float]] = {}
        self._lock = Lock()

    def get(self, key: str) -> V | None:
        value, until = self._known.get(key, (None, 0.0))
        return value if self._clock() < until else None

    def put(self, key: str, value: V, seconds: float) -> None:
        with self._lock:
            self._known.pop(key, None)
            while len(self._known) >= self._size:
                del self._known[next(iter(self._known))]
            self._known[key] = (value, self._clock() + seconds)

    def drop(self, key: str) -> None:
        with self._lock:
            self._known.pop(key, None)
