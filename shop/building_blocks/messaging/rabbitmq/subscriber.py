"""Queues to inbox: what arrives on the partitions held."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.rabbitmq.connection import Heart, hang_up, pump
from shop.building_blocks.messaging.rabbitmq.topology import open_channel, queue
from shop.building_blocks.messaging.settings import limits

_SUSPECT_AFTER = 3


class Unreadable(NamedTuple):
    """A message that is no event of ours."""

    partition: int
    body: bytes
    reason: str


class Received(NamedTuple):
    """``suspects`` are the ids of events that were delivered several times, and nobody finished."""

    events: list[Envelope]
    suspects: set[UUID]
    unreadable: list[Unreadable]


class RabbitSubscriber:
    """One channel on all the partitions held. ``ack`` is for everything received so far."""

    def __init__(self, module: str) -> None:
        self.module = module
        self._buffer: deque[Any] = deque()
        self._last = 0
        self._connection, self._channel = open_channel()
        self._channel.basic_qos(0, limits().inbox_batch, a_global=False)  # that is, per partition
        self._heart = Heart(self._connection)
        self._heart.start()

    def subscribe(self, partition: int) -> None:
        self._channel.basic_consume(
            queue(self.module, partition),
            consumer_tag=str(partition),
            callback=self._buffer.append,
        )

    def unsubscribe(self, partition: int) -> None:
        """Synchronous: what was on its way is in the buffer now, to be handled before the lane goes."""
        self._channel.basic_cancel(str(partition))

    def receive(self, limit: int, timeout: float) -> Received:
        """What is there, up to ``limit``; waits only when nothing is.

        So batches grow by themselves under load, and cost no latency without.
        """
        while len(self._buffer) < limit and pump(self._connection, 0 if self._buffer else timeout):
            pass
        return self._take(limit)

    def rest(self, limit: int) -> Iterator[Received]:
        """What has arrived already, in batches."""
        for _ in range(ceil(len(self._buffer) / limit)):
            yield self._take(limit)

    def _take(self, limit: int) -> Received:
        received = Received([], set(), [])
        for _ in range(min(limit, len(self._buffer))):
            message = self._buffer.popleft()
            self._last = message.delivery_tag
            try:
                event = Envelope.decode(message.body)
            except (ValueError, RecursionError) as error:
                received.unreadable.append(_unreadable(message, error))
            else:
                received.events.append(event)
                if _deliveries(message) >= _SUSPECT_AFTER:
                    received.suspects.add(event.id)
        return received

    def ack(self) -> bool:
        """True if there was something to acknowledge."""
        handled, self._last = self._last, 0
        if handled:
            self._channel.basic_ack(handled, multiple=True)
        return bool(handled)

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Heartbeats while handlers run. Only inside does another thread write to the connection."""
        with self._heart.beating():
            yield

    def close(self) -> None:
        self._heart.stop()
        hang_up(self._connection)


def _deliveries(message: Any) -> int:
    """How often a quorum queue has delivered it before; a restart of its reader counts as well."""
    count: int = (message.headers or {}).get("x-delivery-count", 0)
    return count


def _unreadable(message: Any, error: Exception) -> Unreadable:
    body = message.body.encode() if isinstance(message.body, str) else message.body
    return Unreadable(int(message.delivery_info["consumer_tag"]), body, str(error))
