"""Where things are counted. A window begins with the first of them, and ends by the clock of the store."""

import logging
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import Any, ClassVar, NamedTuple, Protocol

from django.apps import apps
from django.db import Error, connections
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

log = logging.getLogger(__name__)


class Count(NamedTuple):
    number: int
    seconds: float
    """Until the window ends."""


class Counters(Protocol):
    def add(self, key: str, amount: int, seconds: int) -> Count:
        """The count after it, which is never below 0. ``seconds`` is the length of a new window.

        One atomic step: two who add 1 at once are not told the same number.
        """


class InMemory:
    """For a process that serves alone."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._windows: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    def add(self, key: str, amount: int, seconds: int) -> Count:
        with self._lock:
            now = monotonic()
            number, end = self._windows.get(key, (0, 0.0))
            if end <= now:
                self._make_room(now)
                number, end = 0, now + seconds
            number = max(0, number + amount)
            self._windows[key] = number, end
            return Count(number, end - now)

    def _make_room(self, now: float) -> None:
        """Only what is over makes room: whoever could push a counter out would be without limits."""
        if len(self._windows) >= self._size:
            self._windows = {key: known for key, known in self._windows.items() if known[1] > now}
            self._size = max(self._size, 2 * len(self._windows))


class InDatabase:
    """One upsert in the module's table of counters, on PostgreSQL."""

    errors: ClassVar = (Error,)
    _SQL: ClassVar = """
        INSERT INTO {table} AS known (key, count, expires)
        VALUES (%(key)s, greatest(0, %(amount)s), statement_timestamp() + %(seconds)s * interval '1 second')
        ON CONFLICT (key) DO UPDATE SET
          count = greatest(0, %(amount)s + CASE WHEN known.expires > statement_timestamp()
                                                THEN known.count ELSE 0 END),
          expires = CASE WHEN known.expires > statement_timestamp()
                         THEN known.expires ELSE excluded.expires END
        RETURNING count, extract(epoch FROM expires - statement_timestamp())"""

    def __init__(self, module: str) -> None:
        self._module = module

    @cached_property
    def _statement(self) -> str:
        return self._SQL.format(table=apps.get_model(self._module, "Counter")._meta.db_table)

    def add(self, key: str, amount: int, seconds: int) -> Count:
        with connections[self._module].cursor() as cursor:
            cursor.execute(self._statement, {"key": key, "amount": amount, "seconds": seconds})
            number, left = cursor.fetchone()
        return Count(number, float(left))


class InRedis:
    """A script, which Redis runs as one step."""

    errors: ClassVar = (RedisError,)
    _SCRIPT: ClassVar = """
        local count = redis.call('INCRBY', KEYS[1], ARGV[1])
        if count < 0 then count = redis.call('INCRBY', KEYS[1], -count) end
        local left = redis.call('PTTL', KEYS[1])
        if left < 0 then
          left = ARGV[2] * 1000
          redis.call('PEXPIRE', KEYS[1], left)
        end
        return {count, left}"""

    def __init__(self, url: str, module: str) -> None:
        redis = Redis.from_url(
            url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1)
        )
        self._prefix = f"shop:{module}:"
        self._script = redis.register_script(self._SCRIPT)

    def add(self, key: str, amount: int, seconds: int) -> Count:
        number, milliseconds = self._script([self._prefix + key], [amount, seconds])
        return Count(number, milliseconds / 1000)


class Shared:
    """A store that other processes count in, too. While it cannot be reached, this process counts alone.

    So no request fails for want of it, and nobody is without limits meanwhile.
    """

    PAUSE: ClassVar = 5.0
    """Seconds until it is asked again: whoever waits for it in vain waits once."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self._alone = InMemory()
        self._ask_at = 0.0

    def add(self, key: str, amount: int, seconds: int) -> Count:
        if monotonic() >= self._ask_at:
            try:
                count: Count = self._store.add(key, amount, seconds)
            except self._store.errors as error:
                self._ask_at = monotonic() + self.PAUSE
                store = type(self._store).__name__
                log.warning("Limits are counted by this process alone: %s fails (%s)", store, error)
            else:
                return count
        return self._alone.add(key, amount, seconds)
