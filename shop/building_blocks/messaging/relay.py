"""Outbox to transport. One resident thread per module and worker, in any number of workers."""

import logging
import random
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import closing
from typing import Any, Protocol
from uuid import UUID

from django.db import connections
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.utils import timezone

from shop.building_blocks.messaging import wake
from shop.building_blocks.messaging.lanes import Lanes, lanes_for
from shop.building_blocks.messaging.models import OutboxMessage, backoff, outbox_of
from shop.building_blocks.messaging.resident import Timer
from shop.building_blocks.messaging.settings import limits

log = logging.getLogger("shop.messaging")

_RETRY_CAP = 60.0


class Publisher(Protocol):
    def send(self, messages: Collection[OutboxMessage]) -> Mapping[UUID, str]:
        """Publish, and return the reason for each event that was not taken.

        Raises when it does not know what was taken; then nothing may be marked as sent.
        """

    def tick(self) -> None:
        """Called at least every ``idle_poll``: keep the connection alive."""

    def close(self) -> None: ...


def claim(module: str, partitions: Collection[int], limit: int) -> list[OutboxMessage]:
    """The oldest ready events of these lanes, without those behind a failing one of their aggregate.

    Never a cursor on id: a transaction may commit a lower id later.
    """
    failing = outbox_of(module).filter(
        subject=OuterRef("subject"), not_before__isnull=False, attempts__gt=0, id__lt=OuterRef("id")
    )
    ready = outbox_of(module).filter(
        ~Exists(failing), published_at=None, not_before=None, partition__in=partitions
    )
    return list(ready.order_by("id")[:limit])


def promote(module: str) -> None:
    """Events whose time has come, scheduled or failed before, become ready."""
    due = outbox_of(module).filter(not_before__lte=timezone.now())
    if due.exists():  # an UPDATE of nothing would still take SQLite's one write lock
        due.update(not_before=None)


def settle(module: str, messages: Collection[OutboxMessage], refused: Mapping[UUID, str]) -> None:
    """Mark as published what the transport took; hold back what it did not, with the reason."""
    taken = [message.pk for message in messages if message.event_id not in refused]
    if taken:
        outbox_of(module).filter(pk__in=taken).update(published_at=Now())
    for message in messages:
        if reason := refused.get(message.event_id):
            _hold_back(module, message, reason)


def _hold_back(module: str, message: OutboxMessage, reason: str) -> None:
    pause = backoff(message.attempts + 1, limits().backoff_base, _RETRY_CAP, random.uniform(0.5, 1.5))
    outbox_of(module).filter(pk=message.pk).update(
        attempts=F("attempts") + 1, error=reason, not_before=timezone.now() + pause
    )
    log.error("%s was not published, next try in %s: %s", message, pause, reason)


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
        with closing(lanes_for(self.module, "relay")) as lanes, closing(self.connect()) as self.publisher:
            self._listen()
            balance, chores = Timer(limits().balance_every), Timer(limits().idle_poll)
            while not self.stopping.is_set():
                self.beat()
                if balance.is_due():
                    lanes.balance()
                if chores.is_due():
                    promote(self.module)
                    self.publisher.tick()
                while self._relay_batch(lanes) and not self.stopping.is_set():
                    self.beat()
                self._sleep()

    def _relay_batch(self, lanes: Lanes) -> bool:
        """True if there may be more."""
        lanes.check()
        limit = limits().relay_batch
        messages = claim(self.module, lanes.held, limit) if lanes.held else []
        if messages:
            settle(self.module, messages, self.publisher.send(messages))
        return len(messages) == limit

    @property
    def _session(self) -> Any:
        """The psycopg connection, or None on SQLite."""
        database = connections[self.module]
        return database.connection if database.vendor == "postgresql" else None

    def _listen(self) -> None:
        if self._session is not None:
            self._session.execute(f"LISTEN {wake.channel(self.module)}")

    def _sleep(self) -> None:
        """Until a commit rings, or the poll is due."""
        if self._session is None:
            wake.local.wait(limits().idle_poll)
            wake.local.clear()
            return
        for _ in self._session.notifies(timeout=limits().idle_poll, stop_after=1):
            pass
