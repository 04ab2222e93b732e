"""The outbox of a module: an event is a row in the transaction of the change that it announces.

scheduled -> ready (its time has come) | gone (canceled)
ready -> published (the transport took it) | held back (it did not; later again)
held back -> ready
"""

import logging
import random
import zlib
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connections, transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.database.writes import insert
from shop.building_blocks.messaging import wake
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.building_blocks.messaging.models import OutboxMessage, backoff, outbox_of
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.messaging.tracing import created
from shop.building_blocks.modules import module_of
from shop.building_blocks.telemetry.metrics import instruments

log = logging.getLogger("shop.messaging")

_RETRY_CAP = 60.0


def publish(event: IntegrationEvent, *, not_before: datetime | None = None) -> UUID:
    """Store the event for the relay, and return its id.

    Order is kept per aggregate only if the transaction has locked the aggregate's row before. An event
    with ``not_before`` is sent soon after that time, and has no place in the order of
    its aggregate. Raises TransactionManagementError outside a transaction of the event's module: there
    the event could be told without the change, or the change without the event.
    """
    module = module_of(type(event).__module__)
    if not connections[module].in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{event.type} must be published in the transaction of the change in {module}"
        )
    envelope = created(event)
    row = outbox_of(module).model(
        event_id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        partition=partition_of(envelope.subject),
        body=envelope.encode(),
        not_before=not_before,
    )
    insert([row])
    transaction.on_commit(partial(wake.up, module), using=module, robust=True)
    return envelope.id


def cancel(event_type: type[IntegrationEvent], event_id: UUID) -> bool:
    """Take a scheduled event back. True means that it will never be sent, False that it is too late.

    Strict, because a relay reads only rows whose promotion is committed, and promotion locks the row
    that this deletes.
    """
    scheduled = outbox_of(module_of(event_type.__module__)).filter(
        event_id=event_id, not_before__isnull=False, attempts=0
    )
    return bool(scheduled.delete()[0])


def partition_of(subject: str) -> int:
    """The lane of an aggregate. crc32 and not ``hash()``, which differs from process to process."""
    return zlib.crc32(subject.encode()) % limits().partitions


class Claimed(NamedTuple):
    """What the relay needs of a row."""

    id: int
    event_id: UUID
    type: str
    subject: str
    partition: int
    attempts: int
    body: str


def claim(module: str, partitions: Collection[int], limit: int) -> list[Claimed]:
    """The oldest ready events of these lanes, without those behind a failing one of their aggregate.

    Never a cursor on id: a transaction may commit a lower id later.
    """
    rows = _ready.rows(module, tuple(sorted(partitions)), limit=limit)
    return list(map(Claimed._make, rows))


def _ready_in(module: str, partitions: Collection[int]) -> QuerySet[OutboxMessage, Any]:
    failing = outbox_of(module).filter(
        subject=OuterRef("subject"), not_before__isnull=False, attempts__gt=0, id__lt=OuterRef("id")
    )
    ready = outbox_of(module).filter(
        ~Exists(failing), published_at=None, not_before=None, partition__in=partitions
    )
    return ready.order_by("id").values_list(*Claimed._fields)


_ready = Statement(_ready_in)


def promote(module: str) -> float | None:
    """Events whose time has come, scheduled or held back, become ready.

    Returns the seconds until the next one's time, None when there is none.
    """
    later = outbox_of(module).filter(not_before__isnull=False)
    first = later.order_by("not_before").values_list("not_before", flat=True).first()
    if first is None:
        return None
    now = timezone.now()
    if first <= now:  # an UPDATE of nothing would still take SQLite's one write lock
        later.filter(not_before__lte=now).update(not_before=None)
    return max(0.0, (first - now).total_seconds())


def settle(module: str, taken: Collection[Claimed], refused: Mapping[Claimed, str]) -> None:
    """Mark as published what the transport took; hold back what it did not, with the reason."""
    if taken:
        ids = [message.id for message in taken]
        outbox_of(module).filter(id__any=ids).update(published_at=Now(), error="")
        instruments.published.labels(module).inc(len(ids))
    for message, reason in refused.items():
        _hold_back(module, message, reason)


def note_trouble(module: str, reason: str) -> None:
    """Write down why nothing is sent, at the oldest event that should be: there an operator looks first."""
    ready = outbox_of(module).filter(published_at=None, not_before=None).order_by("id")
    ready.filter(id__in=ready.values("id")[:1]).order_by().update(error=reason[:2000])


def _hold_back(module: str, message: Claimed, reason: str) -> None:
    pause = backoff(
        message.attempts + 1,
        limits().backoff_base,
        min(_RETRY_CAP, limits().backoff_cap),
        random.uniform(0.5, 1.5),
    )
    outbox_of(module).filter(id=message.id).update(
        attempts=F("attempts") + 1, error=reason, not_before=timezone.now() + pause
    )
    log.error("%s %s was not published, next try in %s: %s", message.type, message.event_id, pause, reason)
