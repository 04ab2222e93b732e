"""RabbitMQ: the topology, a publisher with pipelined confirms, and a subscriber to one module's queues.

py-amqp is used below kombu's conveniences on purpose: kombu confirms one message at a time, and would
hide a lost channel behind a retry that forgets what was confirmed.
"""

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from kombu import Connection

from shop.building_blocks import modules
from shop.building_blocks.messaging import wire
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.outbox import Claimed
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.messaging.settings import limits

_CONTENT_TYPE = "application/cloudevents+json"
_DELIVERY_LIMIT = 1_000_000
"""As good as none: the inbox counts attempts. RabbitMQ 4 would give up after 20 deliveries, and an outage
that ends consumers 20 times would throw committed events away."""
_SUSPECT_AFTER = 3
_TIMEOUT = 30
"""Seconds for an answer of the broker, so that a silent one cannot hold a worker for ever."""


def connect() -> Any:
    """An amqp.Connection to ``settings.BROKER_URL``."""
    connection = Connection(
        settings.BROKER_URL,
        heartbeat=limits().heartbeat,
        connect_timeout=5,
        transport_options={"read_timeout": _TIMEOUT, "write_timeout": _TIMEOUT},
    )
    connection.connect()
    return connection.connection


def open_channel() -> tuple[Any, Any]:
    """A connection, and a channel of it on which the topology is declared."""
    connection = connect()
    try:
        channel = connection.channel()
        declare(channel)
    except BaseException:
        hang_up(connection)
        raise
    return connection, channel


def exchange() -> str:
    return f"{limits().namespace}.events"


def queue(module: str, partition: int) -> str:
    return f"{limits().namespace}.{module}.{partition}"


def declare(channel: Any) -> None:
    """The whole topology, by everybody, at each connect, so that who starts first does not matter.

    A topic exchange; for each module a quorum queue per partition, bound by ``<type>.<partition>``. No
    dead letters: what fails, and what cannot be read, is kept in the inbox of the module.
    """
    channel.exchange_declare(exchange(), "topic", durable=True, auto_delete=False)
    for module in modules.names():
        for partition in range(limits().partitions) if types_consumed(module) else ():
            _declare_partition(channel, module, partition)


def _declare_partition(channel: Any, module: str, partition: int) -> None:
    name = queue(module, partition)
    channel.queue_declare(
        name,
        durable=True,
        auto_delete=False,
        arguments={
            "x-queue-type": "quorum",
            "x-single-active-consumer": True,
            "x-delivery-limit": _DELIVERY_LIMIT,
        },
    )
    for event_type in sorted(types_consumed(module)):
        channel.queue_bind(name, exchange(), f"{event_type}.{partition}")


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


class Batch:
    """Messages on their way, at most one per aggregate at a time.

    The next of an aggregate goes out when the one before is confirmed. So an event that the broker
    refuses is not overtaken by a later one of its aggregate, while all others stay pipelined.
    """

    def __init__(self, messages: Sequence[Claimed]) -> None:
        self.taken: list[Claimed] = []
        self.refused: dict[Claimed, str] = {}
        self.under_way = 0
        self._behind: dict[str, deque[Claimed]] = {}
        self.ready: list[Claimed] = []
        for message in messages:
            if message.subject in self._behind:
                self._behind[message.subject].append(message)
            else:
                self._behind[message.subject] = deque()
                self.ready.append(message)

    @property
    def is_settled(self) -> bool:
        return not self.ready and not self.under_way

    def settle(self, message: Claimed, reason: str | None) -> None:
        self.under_way -= 1
        if reason:
            self.refused[message] = reason
            return
        self.taken.append(message)
        if behind := self._behind[message.subject]:
            self.ready.append(behind.popleft())


class RabbitPublisher:
    """Publishes batches and collects their confirms; several batches may be under way.

    Whatever it raises leaves the outcome unknown: drop it, connect again, publish again; inboxes drop
    what had arrived. Event types that no module consumes are published too, for readers outside: those
    the broker may drop, all others must reach a queue (``mandatory``).
    """

    def __init__(self) -> None:
        self._connection, self._channel = open_channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(partial(self._settled, None))
        self._channel.events["basic_nack"].add(partial(self._settled, "refused by the broker"))
        self._channel.events["basic_return"].add(self._returned)
        self._wanted = {event for module in modules.names() for event in types_consumed(module)}
        self._exchange = exchange()
        self._tag = self._confirmed = 0
        self._under_way: dict[int, tuple[Batch, Claimed]] = {}
        self._returns: dict[str, str] = {}

    def begin(self, messages: Sequence[Claimed]) -> Batch:
        """Start to publish; the broker works while the caller does something else."""
        batch = Batch(messages)
        self._write(batch)
        return batch

    def finish(self, batch: Batch) -> Batch:
        """Wait until every message is taken or refused, or is behind a refused one of its aggregate."""
        deadline = time.monotonic() + limits().confirm_timeout
        while not batch.is_settled:
            self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
            self._write(batch)
        if batch.refused:
            declare(self._channel)  # if somebody deleted a queue, the next attempt finds it again
        return batch

    def _write(self, batch: Batch) -> None:
        if batch.ready:
            self._connection.transport.write(b"".join([self._encode(one, batch) for one in batch.ready]))
            batch.ready = []

    def _encode(self, message: Claimed, batch: Batch) -> bytes:
        self._tag += 1  # the broker counts the publishes of a channel from 1
        self._under_way[self._tag] = (batch, message)
        batch.under_way += 1
        return wire.publish(
            self._channel.channel_id,
            self._exchange,
            f"{message.type}.{message.partition}",
            message.body.encode(),
            message_id=str(message.event_id),
            content_type=_CONTENT_TYPE,
            mandatory=message.type in self._wanted,
            frame_max=self._connection.frame_max,
        )

    def _settled(self, reason: str | None, tag: int, multiple: bool) -> None:
        for one in range(self._confirmed + 1, tag + 1) if multiple else (tag,):
            if found := self._under_way.pop(one, None):
                batch, message = found
                batch.settle(message, reason or self._reason_of_return(message))
        if multiple:
            self._confirmed = tag

    def _reason_of_return(self, message: Claimed) -> str | None:
        return self._returns.pop(str(message.event_id), None) if self._returns else None

    def _returned(self, _error: object, _exchange: str, key: str, message: Any) -> None:
        """Arrives before the ack of the same message."""
        self._returns[message.properties["message_id"]] = f"no queue is bound to {key}"

    def tick(self) -> None:
        pump(self._connection)

    def close(self) -> None:
        hang_up(self._connection)


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


def _deliveries(message: Any) -> int:
    """How often a quorum queue has delivered it before; a restart of its reader counts as well."""
    count: int = (message.headers or {}).get("x-delivery-count", 0)
    return count


def _unreadable(message: Any, error: Exception) -> Unreadable:
    body = message.body.encode() if isinstance(message.body, str) else message.body
    return Unreadable(int(message.delivery_info["consumer_tag"]), body, str(error))


def pump(connection: Any, timeout: float = 0) -> bool:
    """Read one frame if there is one, and keep the heartbeat."""
    try:
        connection.drain_events(timeout=timeout or 0.0001)  # 0 would be taken for "no timeout"
    except TimeoutError:
        connection.heartbeat_tick(rate=2)
        return False
    return True


def hang_up(connection: Any) -> None:
    """Politely, but not for long; what was not acknowledged comes again either way."""
    with suppress(Exception), connection.transport.having_timeout(2):
        connection.close()
    connection.collect()
