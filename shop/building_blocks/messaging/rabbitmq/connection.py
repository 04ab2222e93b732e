"""A connection to the broker, and what keeps it alive."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from amqp import spec
from amqp.transport import TCPTransport
from django.conf import settings
from kombu import Connection

from shop.building_blocks.messaging.settings import limits

_TIMEOUT = 30
"""Seconds for an answer of the broker, so that a silent one cannot hold a worker for ever."""

_GOODBYE = 2.0
_CHUNK = 1 << 13


def connect() -> Any:
    """An amqp.Connection to ``settings.BROKER_URL``.

    Its ``alarms`` are the broker's reasons to read no more from who publishes, none while all is well.
    """
    alarms: list[str] = []
    connection = Connection(
        settings.BROKER_URL,
        heartbeat=limits().heartbeat,
        connect_timeout=5,
        transport_options={
            "read_timeout": _TIMEOUT,
            "write_timeout": _TIMEOUT,
            "on_blocked": alarms.append,
            "on_unblocked": alarms.clear,
        },
    )
    connection.connect()
    connection.connection.alarms = alarms
    _read_ahead(connection.connection.transport)
    return connection.connection


def _read_ahead(transport: Any) -> None:
    """As much as there is at once: py-amqp asks the socket three times for each of a message's frames."""
    if isinstance(transport, TCPTransport):
        transport._quick_recv = lambda _wanted: transport.sock.recv(_CHUNK)


def pump(connection: Any, timeout: float = 0) -> bool:
    """Read one frame if there is one, and keep the heartbeat.

    Not by ``drain_events``: it waits on, and sends nothing, for as long as the other side's heartbeats come.
    """
    try:
        if not connection.blocking_read(timeout or 0.0001):  # 0 would be taken for "no timeout"
            connection.heartbeat_tick(rate=2)
    except TimeoutError:
        connection.heartbeat_tick(rate=2)
        return False
    return True


def hang_up(connection: Any) -> None:
    """Politely, but not for long; what was not acknowledged comes again either way.

    Not by ``close``: it waits as long as heartbeats come, and of a broker in need those are all that comes.
    """
    deadline = time.monotonic() + _GOODBYE
    with suppress(Exception):
        connection.send_method(spec.Connection.Close, "BsBB", (0, "", 0, 0))
        while connection.connected and time.monotonic() < deadline:
            pump(connection, timeout=0.1)
    connection.collect()


class Heart(threading.Thread):
    """Sends heartbeats while the owner of the connection is busy with something else."""

    def __init__(self, connection: Any) -> None:
        super().__init__(name="heart", daemon=True)
        self._connection = connection
        self._writing = threading.Lock()
        self._is_lent = False
        self._stopped = threading.Event()

    @contextmanager
    def beating(self) -> Iterator[None]:
        with self._writing:
            self._is_lent = True
        try:
            yield
        finally:
            with self._writing:
                self._is_lent = False

    def run(self) -> None:
        while not self._stopped.wait(limits().heartbeat / 3):
            with self._writing, suppress(OSError):  # the owner will notice, too
                if self._is_lent:
                    self._connection.send_heartbeat()

    def stop(self) -> None:
        self._stopped.set()
        self.join()
