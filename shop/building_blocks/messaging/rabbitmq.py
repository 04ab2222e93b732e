"""RabbitMQ: the topology, a publisher with pipelined confirms, and a subscriber to one module's queues.

py-amqp is used below kombu's conveniences on purpose: kombu confirms one message at a time, and would
hide a lost channel behind a retry that forgets what was confirmed.
"""

import threading
import time
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from math import ceil
from typing import Any
from uuid import UUID

import amqp
from django.conf import settings
from kombu import Connection

from shop.building_blocks import modules
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.models import OutboxMessage
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.messaging.settings import limits

_CONTENT_TYPE = "application/cloudevents+json"
_DELIVERY_LIMIT = 1_000_000
"""As good as none: the inbox counts attempts. RabbitMQ 4 would give up after 20 deliveries, and an outage
that ends consumers 20 times would throw committed events away."""
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


def dead_letters() -> str:
    return f"{limits().namespace}.dead"


def queue(module: str, partition: int) -> str:
    return f"{limits().namespace}.{module}.{partition}"


def declare(channel: Any) -> None:
    """The whole topology, by everybody, at each connect, so that who starts first does not matter.

    A topic exchange; for each module a quorum queue per partition, bound by ``<type>.<partition>``.
    """
    channel.exchange_declare(exchange(), "topic", durable=True, auto_delete=False)
    channel.exchange_declare(dead_letters(), "fanout", durable=True, auto_delete=False)
    _declare_queue(channel, dead_letters())
    channel.queue_bind(dead_letters(), dead_letters())
    for module in modules.names():
        for partition in range(limits().partitions) if types_consumed(module) else ():
            _declare_partition(channel, module, partition)


def _declare_partition(channel: Any, module: str, partition: int) -> None:
    name = queue(module, partition)
    _declare_queue(
        channel,
        name,
        {
            "x-single-active-consumer": True,
            "x-dead-letter-exchange": dead_letters(),
            "x-delivery-limit": _DELIVERY_LIMIT,
        },
    )
    for event_type in sorted(types_consumed(module)):
        channel.queue_bind(name, exchange(), f"{event_type}.{partition}")


def _declare_queue(channel: Any, name: str, arguments: Mapping[str, object] | None = None) -> None:
    channel.queue_declare(
        name,
        durable=True,
        auto_delete=False,
        arguments={"x-queue-type": "quorum", **(arguments or {})},
    )


class RabbitPublisher:
    """Publishes a batch, then waits for all its confirms.

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
        self._tag = 0
        self._open: dict[int, UUID] = {}
        self._refused: dict[UUID, str] = {}
        self._unroutable = False

    def send(self, messages: Collection[OutboxMessage]) -> Mapping[UUID, str]:
        self._refused = {}
        for message in messages:
            self._publish(message)
        deadline = time.monotonic() + limits().confirm_timeout
        while self._open:
            self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
        if self._unroutable:
            declare(self._channel)  # somebody deleted a queue; the next attempt finds it again
            self._unroutable = False
        return self._refused

    def _publish(self, message: OutboxMessage) -> None:
        self._tag += 1  # the broker counts the publishes of a channel from 1
        self._open[self._tag] = message.event_id
        self._channel.basic_publish(
            amqp.Message(
                message.body,
                delivery_mode=2,
                content_type=_CONTENT_TYPE,
                message_id=str(message.event_id),
            ),
            exchange(),
            f"{message.type}.{message.partition}",
            mandatory=message.type in self._wanted,
        )

    def _settled(self, reason: str | None, tag: int, multiple: bool) -> None:
        tags = [one for one in self._open if one <= tag] if multiple else [tag]
        for one in tags:
            event_id = self._open.pop(one, None)
            if reason and event_id:
                self._refused[event_id] = reason

    def _returned(self, _error: object, _exchange: str, key: str, message: Any) -> None:
        """Arrives before the ack of the same message."""
        self._unroutable = True
        self._refused[UUID(message.properties["message_id"])] = f"no queue is bound to {key}"

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

    def subscribe(self, partition: int) -> None:
        self._channel.basic_consume(
            queue(self.module, partition),
            consumer_tag=str(partition),
            callback=self._buffer.append,
        )

    def unsubscribe(self, partition: int) -> None:
        """Synchronous: what was on its way is in the buffer now, to be handled before the lane goes."""
        self._channel.basic_cancel(str(partition))

    def receive(self, limit: int, timeout: float) -> list[Envelope]:
        """What is there, up to ``limit``; waits only when nothing is.

        So batches grow by themselves under load, and cost no latency without.
        """
        while len(self._buffer) < limit and pump(self._connection, 0 if self._buffer else timeout):
            pass
        return self._take(limit)

    def rest(self, limit: int) -> Iterator[list[Envelope]]:
        """What has arrived already, in batches."""
        for _ in range(ceil(len(self._buffer) / limit)):
            yield self._take(limit)

    def _take(self, limit: int) -> list[Envelope]:
        events: list[Envelope] = []
        while self._buffer and len(events) < limit:
            message = self._buffer.popleft()
            try:
                events.append(Envelope.decode(message.body))
            except (ValueError, RecursionError):
                self._channel.basic_reject(message.delivery_tag, requeue=False)  # to dead letters
            else:
                self._last = message.delivery_tag
        return events

    def ack(self) -> None:
        if self._last:
            self._channel.basic_ack(self._last, multiple=True)
        self._last = 0

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Heartbeats while handlers run. Only inside does another thread write to the connection."""
        done = threading.Event()
        thread = threading.Thread(target=self._beat, args=[done], daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def _beat(self, done: threading.Event) -> None:
        while not done.wait(limits().heartbeat / 3):
            self._connection.send_heartbeat()

    def close(self) -> None:
        hang_up(self._connection)


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
