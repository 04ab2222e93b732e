"""The resident consumer of one module: broker to inbox.

It also runs the retries of the partitions it holds, so arrival and retry cannot race.
"""

import threading
from collections.abc import Callable
from contextlib import closing

from shop.building_blocks.messaging import inbox, retries
from shop.building_blocks.messaging.lanes import Lanes, lanes_for
from shop.building_blocks.messaging.rabbitmq.subscriber import RabbitSubscriber, Received
from shop.building_blocks.messaging.resident import Timer
from shop.building_blocks.messaging.settings import limits

_WAIT = 0.2


class ConsumerLoop:
    def __init__(self, module: str, stopping: threading.Event, beat: Callable[[], None]) -> None:
        self.module, self.stopping, self.beat = module, stopping, beat

    def run(self) -> None:
        with (
            closing(lanes_for(self.module, "inbox")) as self.lanes,
            closing(RabbitSubscriber(self.module)) as self.source,
        ):
            balance, retry = Timer(limits().balance_every), Timer(limits().idle_poll, limits().longest_poll)
            while not self.stopping.is_set():
                self._guard()
                if balance.is_due():
                    self._balance(self.lanes)
                if retry.is_due():
                    self._retry(retry)
                if self._handle(self.source.receive(limits().inbox_batch, _WAIT)):
                    retry.hurry(limits().idle_poll)
            # What has arrived and was not acknowledged comes first, and in order, to the next holder.

    def _guard(self) -> None:
        self.lanes.check()
        self.beat()

    def _balance(self, lanes: Lanes) -> None:
        for partition in lanes.balance(self._leave):
            self.source.subscribe(partition)

    def _leave(self, partitions: set[int]) -> None:
        """Stop delivery first, then finish what has arrived: the next holder starts behind it."""
        for partition in partitions:
            self.source.unsubscribe(partition)
        for received in self.source.rest(limits().inbox_batch):
            self._guard()
            self._handle(received)

    def _retry(self, timer: Timer) -> None:
        timer.relax()
        with self.source.beating():
            until_next = retries.retry(self.module, self.lanes.held, self._guard)
        if until_next is not None:
            timer.hurry(until_next)

    def _handle(self, received: Received) -> bool:
        """True if there was something."""
        for message in received.unreadable:
            inbox.keep_unreadable(self.module, *message)
        if received.events:
            with self.source.beating():
                inbox.consume(self.module, received.events, self._guard, received.suspects)
        return self.source.ack()
