"""Who has done too much, and how long they have to wait."""

from dataclasses import dataclass
from functools import cache
from math import ceil
from threading import Lock
from time import monotonic

from django.conf import settings
from django.db import connections
from django.utils.crypto import salted_hmac

from shop.building_blocks.limits.counters import Counters, InDatabase, InMemory, InRedis, Shared
from shop.building_blocks.recent import Recent

_LARGEST = 50


@dataclass(slots=True)
class _Block:
    """Permits that this process has taken for one whom, and may give without asking."""

    permits: int
    beyond: int
    """What the counter had left after it."""
    end: float


class Limiter:
    """The limits of a module. ``whom`` is a client, an address, an account: the counters see a hash of it."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._blocks: Recent[_Block] = Recent(size=10_000)
        self._locks = [Lock() for _ in range(64)]

    def take(self, limit: str, whom: str) -> int:
        """0 when it may be done; else the seconds to wait.

        Permits are taken from the counter in blocks, so most requests ask nobody. A block is a twentieth
        of what is left, and so the smaller the nearer the limit is. No process gives a permit that another
        one has, so the limit is never exceeded; what one has taken and does not need, the others lack.
        """
        name = f"{limit}:{whom}"
        with self._locks[hash(name) % len(self._locks)]:
            block = self._blocks.get(name)
            if block is None or (not block.permits and block.beyond):
                block = self._next_block(name, limit, whom, block)
            if block.permits:
                block.permits -= 1
                return 0
            return _whole(block.end - monotonic())

    def _next_block(self, name: str, limit: str, whom: str, last: _Block | None) -> _Block:
        rate = settings.LIMITS[limit]
        left = last.beyond if last else rate.number
        size = max(1, min(left // 20, _LARGEST))
        asked_at = monotonic()  # the window ends no later than the seconds after that
        count = self._counters.add(_key(limit, whom), size, rate.seconds)
        beyond = max(0, rate.number - count.number)
        permits = max(0, min(size, rate.number - (count.number - size)))
        block = _Block(permits, beyond, asked_at + count.seconds)
        self._blocks.put(name, block, block.end - monotonic())
        return block

    def attempt(self, *buckets: tuple[str, str]) -> "Attempt":
        """Count something in each of the buckets ``(limit, whom)`` before it is tried.

        The first bucket that is full refuses it, and then it counts in none.
        """
        attempt = Attempt(self._counters)
        for limit, whom in buckets:
            if attempt.count(limit, whom):
                attempt.give_back(*attempt.limits)
                break
        return attempt


class Attempt:
    """Guesses at the same time cannot be more than guesses one by one: each is counted before it is tried."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters
        self._counted: dict[str, str] = {}
        self.wait = 0
        """Seconds; 0 when it may be tried."""

    @property
    def limits(self) -> tuple[str, ...]:
        """Those that it counts in."""
        return tuple(self._counted)

    def count(self, limit: str, whom: str) -> int:
        rate = settings.LIMITS[limit]
        self._counted[limit] = _key(limit, whom)
        count = self._counters.add(self._counted[limit], 1, rate.seconds)
        if count.number > rate.number:
            self.wait = _whole(count.seconds)
        return self.wait

    def give_back(self, *limits: str) -> None:
        """It does not count in these any more."""
        for limit in limits:
            self._counters.add(self._counted.pop(limit), -1, settings.LIMITS[limit].seconds)


@cache
def limiter(module: str) -> Limiter:
    """In Redis if there is one, else in the module's database, else in this process."""
    if settings.CACHE_URL:
        return Limiter(Shared(InRedis(settings.CACHE_URL, module)))
    if connections[module].vendor == "postgresql":
        return Limiter(Shared(InDatabase(module)))
    return Limiter(InMemory())


def _key(limit: str, whom: str) -> str:
    """Keyed: who reads the counters learns no address and no name, and no name is too long for them."""
    return f"{limit}:{salted_hmac('shop.limits', whom, algorithm='sha256').hexdigest()}"


def _whole(seconds: float) -> int:
    """At least 1, for a wait of 0 is none."""
    return max(1, ceil(seconds))
