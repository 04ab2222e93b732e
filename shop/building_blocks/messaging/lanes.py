"""Which partitions of a module this thread may work on.

A lane is a session advisory lock on the very connection that does the work. It dies with its holder, so
there is no lease to expire and no row to unstick, and a holder that has lost it cannot commit either.
Every thread also holds one shared lock, so that members can be counted and lanes shared out evenly.
Advisory locks belong to a session: workers connect to PostgreSQL directly or through session pooling.
"""

import fcntl
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any, Protocol

from django.db import connections

from shop.building_blocks.messaging.settings import limits

_JOIN = "SELECT pg_advisory_lock_shared(hashtext(%s), 0)"
_MEMBERS = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND mode = 'ShareLock' AND granted AND objid = 0
      AND classid = (hashtext(%s)::bigint & 4294967295)::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_HELD = """
    SELECT count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted
      AND classid = (hashtext(%s)::bigint & 4294967295)::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_TAKE = "SELECT pg_try_advisory_lock(hashtext(%s), %s)"
_GIVE = "SELECT pg_advisory_unlock(hashtext(%s), %s)"


class LanesLost(Exception):
    """The database session that held the locks is gone; start again with a fresh one."""


class Lanes(Protocol):
    held: set[int]

    def check(self) -> None:
        """Raise LanesLost when the locks are gone: to be called before every write."""

    def balance(self, leaving: Callable[[set[int]], None] = ...) -> set[int]:
        """Move to an even share and return the lanes gained.

        ``leaving(partitions)`` must finish the work in hand on them before the locks go.
        """

    def close(self) -> None: ...


def lanes_for(module: str, kind: str, count: int | None = None) -> Lanes:
    """``count`` lanes, by default one per partition."""
    postgresql = connections[module].vendor == "postgresql"
    lanes = AdvisoryLanes if postgresql else FileLanes
    return lanes(module, kind, count or limits().partitions)


def held(module: str, kind: str, count: int | None = None) -> int:
    """How many of the lanes somebody holds, in whichever process; ``count`` as for ``lanes_for``."""
    if connections[module].vendor != "postgresql":
        return (count or limits().partitions) if _is_locked(_file_of(module, kind)) else 0
    with connections[module].cursor() as cursor:
        cursor.execute(_HELD, [f"{kind}:{module}"])
        found: int = cursor.fetchone()[0]
        return found


def _file_of(module: str, kind: str) -> Path:
    """Beside the database of SQLite."""
    return Path(connections[module].settings_dict["NAME"]).with_suffix(f".{kind}.lock")


def _is_locked(file: Path) -> bool:
    """Shared, so that who asks is in the way of nobody who asks, and of a holder to be for a moment."""
    try:
        with file.open() as opened:
            fcntl.flock(opened, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def _nothing(_partitions: set[int]) -> None:
    """Nothing in hand."""


class AdvisoryLanes:
    """PostgreSQL: any number of holders share the lanes of a module."""

    def __init__(self, module: str, kind: str, count: int) -> None:
        self.held: set[int] = set()
        self._count = count
        self._key = f"{kind}:{module}"
        self._database = connections[module]
        self._ask(_JOIN, self._key)
        self._session = self._database.connection

    def check(self) -> None:
        """Django reconnects silently, without the locks: so compare the session itself."""
        if self._database.connection is not self._session:
            raise LanesLost(self._key)

    def balance(self, leaving: Callable[[set[int]], None] = _nothing) -> set[int]:
        self.check()
        before = set(self.held)
        share = ceil(self._count / max(1, self._ask(_MEMBERS, self._key)))
        surplus = set(sorted(self.held)[share:])
        if surplus:
            leaving(surplus)
        for partition in surplus:
            self._ask(_GIVE, self._key, partition + 1)
            self.held.discard(partition)
        for partition in set(range(self._count)) - before:
            if len(self.held) < share and self._ask(_TAKE, self._key, partition + 1):
                self.held.add(partition)
        return self.held - before

    def close(self) -> None:
        self._database.close()

    def _ask(self, sql: str, *params: str | int) -> Any:
        with self._database.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchone()[0]


class FileLanes:
    """SQLite: one holder has every lane, by a lock on a file beside the database."""

    def __init__(self, module: str, kind: str, count: int) -> None:
        self.held: set[int] = set()
        self._count = count
        self._file = _file_of(module, kind).open("w")

    def check(self) -> None:
        """A file lock is lost only with the process."""

    def balance(self, leaving: Callable[[set[int]], None] = _nothing) -> set[int]:
        if self.held:
            return set()
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return set()
        self.held = set(range(self._count))
        return set(self.held)

    def close(self) -> None:
        self._file.close()
