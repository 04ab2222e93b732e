"""Outbox to exchange: batches by pipelined publisher confirms."""

import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

from shop.building_blocks import modules
from shop.building_blocks.messaging.events import CONTENT_TYPE
from shop.building_blocks.messaging.outbox import Claimed
from shop.building_blocks.messaging.rabbitmq import wire
from shop.building_blocks.messaging.rabbitmq.connection import hang_up, pump
from shop.building_blocks.messaging.rabbitmq.topology import declare, exchange, open_channel, routing_key
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.telemetry.metrics.instruments import count_refused

_NAP = 1.0
_NACKED = "refused by the broker"


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
            count_refused(message.type, "nacked" if reason == _NACKED else "returned")
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
        self._connection, channel = open_channel()
        self._wanted = {event for module in modules.known() for event in types_consumed(module.label)}
        self._exchange = exchange()
        self._under_way: dict[int, tuple[Batch, Claimed]] = {}
        self._returns: dict[str, str] = {}
        self._publish_on(channel)

    def begin(self, messages: Sequence[Claimed]) -> Batch:
        """Start to publish; the broker works while the caller does something else."""
        if self._is_refused and not self._under_way:
            self._change_channel()
        batch = Batch(messages)
        self._write(batch)
        return batch

    def finish(self, batch: Batch) -> Batch:
        """Wait until every message is taken or refused, or is behind a refused one of its aggregate."""
        deadline = time.monotonic() + limits().confirm_timeout
        while not batch.is_settled:
            self._write(batch)  # a confirm may have come while another batch was waited for
            if not pump(self._connection, _NAP) and time.monotonic() > deadline:
                raise TimeoutError(self._why_nothing_comes())
        if batch.refused:
            self._is_refused = True
            declare(self._channel)  # if somebody deleted a queue, the next attempt finds it again
        return batch

    def _why_nothing_comes(self) -> str:
        alarm = "; ".join(self._connection.alarms) or "it says no reason"
        return f"the broker has confirmed nothing for {limits().confirm_timeout:.0f} s: {alarm}"

    def _publish_on(self, channel: Any) -> None:
        channel.confirm_select()
        channel.events["basic_ack"].add(partial(self._settled, None))
        channel.events["basic_nack"].add(partial(self._settled, _NACKED))
        channel.events["basic_return"].add(self._returned)
        self._channel = channel
        self._tag = self._confirmed = 0
        self._is_refused = False

    def _change_channel(self) -> None:
        """RabbitMQ refuses a channel for ever when the limit of a full quorum queue is taken away."""
        self._channel.close()
        self._publish_on(self._connection.channel())

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
            routing_key(message.type, message.partition),
            message.body.encode(),
            message_id=str(message.event_id),
            content_type=CONTENT_TYPE,
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
