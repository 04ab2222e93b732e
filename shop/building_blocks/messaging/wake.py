"""Wake the relay right after a commit.

NOTIFY inside the business transaction takes a database-wide lock at commit and costs a busy system almost
half of its writes. So one thread per process sends it afterwards, on a connection of its own and at most
every ``_PAUSE`` however many commits there were. Losing one is harmless: relays also poll.
"""

import logging
import os
import threading
import time

from django.db import connections

_PAUSE = 0.005
log = logging.getLogger("shop.messaging")

local = threading.Event()
"""Set at every commit in this process: what the in-process bus waits for."""


def channel(module: str) -> str:
    return f"outbox_{module}"


def up(module: str) -> None:
    local.set()
    if connections[module].vendor == "postgresql":
        _notifier().ring(module)


class _Notifier(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="outbox-wake", daemon=True)
        self.pid = os.getpid()
        self._pending: set[str] = set()
        self._bell = threading.Event()

    def ring(self, module: str) -> None:
        self._pending.add(module)
        self._bell.set()

    def run(self) -> None:
        while self._bell.wait():
            self._bell.clear()
            while self._pending:
                self._notify(self._pending.pop())
            time.sleep(_PAUSE)

    def _notify(self, module: str) -> None:
        try:
            with connections[module].cursor() as cursor:
                cursor.execute(f"NOTIFY {channel(module)}")
        except Exception as error:  # noqa: BLE001  whatever it was, the relay polls
            log.warning("no NOTIFY for %s, its relay will poll: %s", module, error)
            connections[module].close()


_current: _Notifier | None = None
_starting = threading.Lock()


def _notifier() -> _Notifier:
    """This process's notifier: threads do not survive a fork, so a child starts its own."""
    global _current  # noqa: PLW0603
    with _starting:
        if _current is None or _current.pid != os.getpid():
            _current = _Notifier()
            _current.start()
        return _current
