"""Outbox to transport. One resident thread per module and worker, in any number of workers."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import cycle
from time import monotonic
from typing import Any, Protocol

from django.db import DatabaseError, connections

from shop.building_blocks.messaging import outbox, wake
from shop.building_blocks.messaging.lanes import Lanes, LanesLost, lanes_for
from shop.building_blocks.messaging.outbox import Claimed
from shop.building_blocks.messaging.resident import Timer
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.messaging.tracing import Sending

_NAP = 0.5


class Batch(Protocol):
    """What became of the messages so far; those in neither are to be tried again."""

    taken: list[Claimed]
    refused: dict[Claimed, str]


class Publisher(Protocol):
    """Publishes. Raises when it does not know what was taken; then nothing may be marked as sent."""

    def begin(self, messages: Sequence[Claimed]) -> Any:
        """Start to publish."""

    def finish(self, batch: Any) -> Batch:
        """Wait for the outcome."""

    def tick(self) -> None:
        """Called at least every ``longest_poll``: keep the connection alive."""

    def close(self) -> None: ...


class Relay:
    """Publishes one module's events for as long as it holds lanes, until told to stop."""

    def __init__(
        self,
        module: str,
        connect: Callable[[], Publisher],
        stopping: threading.Event,
        beat: Callable[[], None],
    ) -> None:
        self.module, self.connect, self.stopping, self.beat = module, connect, stopping, beat

    def run(self) -> None:
        with closing(lanes_for(self.module, "relay")) as lanes:
            try:
                with closing(self.connect()) as self.publisher:
                    self._relay(lanes)
            except (DatabaseError, LanesLost):
                raise
            except Exception as error:
                outbox.note_trouble(self.module, str(error) or repr(error))
                raise

    def _relay(self, lanes: Lanes) -> None:
        self._listen()
        balance, poll = Timer(limits().balance_every), Timer(limits().idle_poll, limits().longest_poll)
        while not self.stopping.is_set():
            self.beat()
            if balance.is_due():
                lanes.balance()
            if poll.is_due():
                self._do_chores(poll)
            self._drain(lanes, balance)
            if self._is_rung(within=min(balance.left(), poll.left())):
                poll.hurry(limits().idle_poll)

    def _do_chores(self, poll: Timer) -> None:
        poll.relax()
        self.publisher.tick()
        until_next = outbox.promote(self.module)
        if until_next is not None:
            poll.hurry(until_next)

    def _drain(self, lanes: Lanes, balance: Timer) -> None:
        messages = self._claim(lanes, lanes.held)
        if messages:
            self._finish(lanes, self._begin(messages))
        if len(messages) == limits().relay_batch:
            self._drain_backlog(lanes, balance)

    def _drain_backlog(self, lanes: Lanes, balance: Timer) -> None:
        """Until nothing is ready, or the lanes are to be shared out anew. They take turns in two halves.

        While the broker works on a batch of one half, the database marks and reads the other; no
        aggregate is in both, so none is overtaken.
        """
        halves = cycle([{one for one in lanes.held if one % 2 == half} for half in (0, 1)])
        under_way, empty = None, 0
        while empty < 2 and not self.stopping.is_set() and not balance.would_be_due():  # noqa: PLR2004
            messages = self._claim(lanes, next(halves))
            empty = 0 if messages else empty + 1
            begun = self._begin(messages) if messages else None
            self._finish(lanes, under_way)
            under_way = begun
        self._finish(lanes, under_way)

    def _claim(self, lanes: Lanes, partitions: set[int]) -> list[Claimed]:
        lanes.check()
        return outbox.claim(self.module, partitions, limits().relay_batch) if partitions else []

    def _begin(self, messages: list[Claimed]) -> tuple[Sending, Any]:
        return Sending(messages), self.publisher.begin(messages)

    def _finish(self, lanes: Lanes, batch: tuple[Sending, Any] | None) -> None:
        self.beat()
        if batch is not None:
            sending, begun = batch
            with sending:
                outcome = self.publisher.finish(begun)
                sending.settled(outcome.taken, outcome.refused)
            lanes.check()
            outbox.settle(self.module, outcome.taken, outcome.refused)

    @property
    def _session(self) -> Any:
        """The psycopg connection, or None on SQLite."""
        database = connections[self.module]
        return database.connection if database.vendor == "postgresql" else None

    def _listen(self) -> None:
        if self._session is not None:
            self._session.execute(f"LISTEN {wake.channel(self.module)}")

    def _is_rung(self, within: float) -> bool:
        """Wait for the ring of a commit, in naps: who is to stop is not kept waiting."""
        end = monotonic() + within
        while not self.stopping.is_set() and (left := end - monotonic()) > 0:
            if self._rings(min(left, _NAP)):
                return True
        return False

    def _rings(self, within: float) -> bool:
        if self._session is not None:
            return bool(list(self._session.notifies(timeout=within, stop_after=1)))
        rang = wake.local.wait(within)
        wake.local.clear()
        return rang
