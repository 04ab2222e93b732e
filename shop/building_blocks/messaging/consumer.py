"""The resident consumer of one module: broker to inbox.

It also runs the retries of the partitions it holds, so arrival and retry cannot race.
"""

import threading
import time
from collections.abc import Callable

from shop.building_blocks.messaging import inbox
from shop.building_blocks.messaging.lanes import Lanes, lanes_for
from shop.building_blocks.messaging.rabbitmq import RabbitSubscriber
from shop.building_blocks.messaging.settings import limits

_WAIT = 0.2


class ConsumerLoop:
    def __init__(
        self,
        module: str,
        source: RabbitSubscriber,
        stopping: threading.Event,
        beat: Callable[[], None],
    ) -> None:
        self.module, self.source, self.stopping, self.beat = module, source, stopping, beat

    def run(self) -> None:
        self.lanes = lanes_for(self.module, "inbox")
        balance = retries = 0.0
        try:
            while not self.stopping.is_set():
                self._guard()
                if time.monotonic() >= balance:
                    self._balance(self.lanes)
                    balance = time.monotonic() + limits().balance_every
                if time.monotonic() >= retries:
                    pause = 0 if self._retry() else limits().idle_poll
                    retries = time.monotonic() + pause
                self._batch(_WAIT)
            for partition in list(self.lanes.held):
                self._leave(partition)
        finally:
            self.source.close()
            self.lanes.close()

    def _guard(self) -> None:
        self.lanes.check()
        self.beat()

    def _balance(self, lanes: Lanes) -> None:
        for partition in lanes.balance(self._leave):
            self.source.subscribe(partition)

    def _leave(self, partition: int) -> None:
        """Stop delivery first, then finish what has arrived: the next holder starts behind it."""
        self.source.unsubscribe(partition)
        while self._batch(timeout=0.001):
            pass

    def _retry(self) -> bool:
        with self.source.beating():
            return bool(self.lanes.held) and inbox.retry(self.module, self.lanes.held, self._guard)

    def _batch(self, timeout: float) -> bool:
        events = self.source.receive(limits().inbox_batch, timeout)
        if events:
            with self.source.beating():
                inbox.consume(self.module, events, self._guard)
        self.source.ack()
        return bool(events)
