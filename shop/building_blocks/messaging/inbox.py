"""Transport to handlers: once per event and consumer, in order per aggregate. Knows no broker.

    new -> done | parked (it failed) | waiting (behind an unsettled one of its consumer and aggregate)
    parked -> done | parked (one more attempt, later) | dead (out of attempts)
    unreadable -> dead
    waiting -> done | parked, as soon as nothing before it is unsettled
    dead -> parked (redrive) | skipped (skip)

Only the holder of a partition's lane calls ``consume`` and ``retry`` for it. That is what makes it enough
to look first and to write then; the unique constraints turn any mistake into a redo, one by one.
"""

import logging
import random
from asyncio import CancelledError
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connections, transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from shop.building_blocks.database.writes import insert
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.models import (
    HEADS,
    UNSETTLED,
    InboxMessage,
    InboxState,
    backoff,
    inbox_of,
)
from shop.building_blocks.messaging.outbox import partition_of
from shop.building_blocks.messaging.registry import UNKNOWN, Consumer, consumer, consumers, unknown
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.telemetry.context import Cause, caused_by, continuing, inside
from shop.building_blocks.telemetry.tracing import tracer

log = logging.getLogger("shop.messaging")

UNREADABLE = "unreadable"
"""In the place of a consumer's name: the message is no event of ours."""

Guard = Callable[[], None]
"""Raises once the lane is lost. Without it a lost database session would park what has not failed."""


class Delivery(NamedTuple):
    event: Envelope
    consumer: Consumer
    is_suspect: bool = False

    @property
    def lane(self) -> tuple[str, str]:
        """Deliveries of one lane keep their order."""
        return self.event.subject, self.consumer.name


def consume(module: str, events: Sequence[Envelope], guard: Guard, suspects: Collection[UUID] = ()) -> None:
    """On return every event is durably done, parked or waiting: the transport may acknowledge.

    Raises when the database is away. The events share one commit; if one of them fails they are done
    again one by one, so that it hurts none of its neighbours. ``suspects`` were delivered several
    times and nobody finished them: they are parked first and tried alone, where an attempt is counted
    before it is made. So an event that kills its worker is dead after a while, and its worker lives.
    """
    work = [
        Delivery(event, one, event.id in suspects)
        for event in events
        for one in consumers(module, event.type) or [unknown(event.type)]
    ]
    log.debug("%s takes %d event%s", module, len(work), "s" if len(work) > 1 else "")
    try:
        _handle_together(module, work)
    except Exception as error:  # noqa: BLE001  a handler may raise anything
        guard()
        log.debug("a batch of %d is done again one by one: %r", len(work), error)
        for delivery in work:
            _handle_alone(module, delivery, guard)


def _handle_together(module: str, work: Sequence[Delivery]) -> None:
    """The rows come first: what is there already was handled, whoever delivers it again."""
    with transaction.atomic(using=module):
        rows = _rows(module, work)
        new = insert(rows, unless_known=("event_id", "consumer"))
        for delivery, row in zip(work, rows, strict=True):
            if (row.event_id, row.consumer) in new:
                new.discard((row.event_id, row.consumer))
                if row.state == InboxState.DONE:
                    _call(module, delivery)


def _rows(module: str, work: Sequence[Delivery]) -> list[InboxMessage]:
    blocked = _blocked(module, work)
    rows = []
    for delivery in work:
        if delivery.lane in blocked:
            state = InboxState.WAITING
        elif delivery.is_suspect:
            state = InboxState.PARKED
            blocked.add(delivery.lane)
        else:
            state = InboxState.DONE
        rows.append(_row(module, delivery, state))
    return rows


def _handle_alone(module: str, delivery: Delivery, guard: Guard) -> None:
    guard()
    try:
        _handle_together(module, [delivery])
    except Exception as error:  # noqa: BLE001  a handler may raise anything
        guard()
        row = _row(module, delivery, InboxState.PARKED)
        row.attempts = 1
        _note_failure(row, error)
        row.save(force_insert=True)


def _blocked(module: str, work: Sequence[Delivery]) -> set[tuple[str, str]]:
    """The lanes in which something is unsettled: read from an index that holds nothing else."""
    table = inbox_of(module).model._meta.db_table
    subjects = {delivery.event.subject for delivery in work}
    states, keys = (", ".join(["%s"] * len(values)) for values in (UNSETTLED, subjects))
    query = f"SELECT subject, consumer FROM {table} WHERE state IN ({states}) AND subject IN ({keys})"
    with connections[module].cursor() as cursor:
        cursor.execute(query, [*UNSETTLED, *subjects])
        return set(cursor.fetchall())


def _row(module: str, delivery: Delivery, state: InboxState) -> InboxMessage:
    event = delivery.event
    return inbox_of(module).model(
        event_id=event.id,
        consumer=delivery.consumer.name,
        type=event.type,
        subject=event.subject,
        partition=partition_of(event.subject),
        state=state,
        body="" if state == InboxState.DONE else event.encode(),
        next_attempt_at=timezone.now() if state == InboxState.PARKED else None,
    )


def keep_unreadable(module: str, partition: int, body: bytes, reason: str) -> None:
    """A message that is no event of ours is dead from the start, for an operator to look at."""
    text = body.decode(errors="backslashreplace").replace("\0", "\\0")
    event_id = uuid5(NAMESPACE_OID, text)
    inbox_of(module).get_or_create(
        event_id=event_id,
        consumer=UNREADABLE,
        defaults={
            "type": "",
            "subject": str(event_id),
            "partition": partition,
            "state": InboxState.DEAD,
            "body": text,
            "error": f"unreadable: {reason}",
        },
    )
    log.error("%s received a message that cannot be read: %s", module, reason)


def _call(module: str, delivery: Delivery) -> None:
    event, consumer, _ = delivery
    with ExitStack() as stack:
        stack.enter_context(continuing({"traceparent": event.traceparent or ""}))
        stack.enter_context(caused_by(Cause(event.correlationid, str(event.id))))
        stack.enter_context(inside(module))
        stack.enter_context(tracer.start_as_current_span(consumer.name))
        try:
            consumer.handle(event.open(consumer.event_type))
        except (SystemExit, GeneratorExit, CancelledError) as error:
            raise RuntimeError(f"the handler raised {error!r}") from error  # a failure like others


def _note_failure(row: InboxMessage, error: Exception) -> None:
    known = limits()
    row.error = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    row.state = InboxState.DEAD if row.attempts >= known.max_attempts else InboxState.PARKED
    row.next_attempt_at = timezone.now() + backoff(
        row.attempts, known.backoff_base, known.backoff_cap, random.uniform(0.5, 1.5)
    )
    level = logging.ERROR if row.state == InboxState.DEAD else logging.WARNING
    log.log(level, "%s is %s after attempt %d: %s", row, row.state, row.attempts, row.error)


def retry(module: str, partitions: Collection[int], guard: Guard, limit: int = 50) -> float | None:
    """Try the parked events that are due, and whatever waits behind a head that is gone.

    Returns the seconds until there is more to do: 0 when something moved, None when nothing is parked.
    """
    rows = inbox_of(module).filter(partition__in=partitions)
    parked = list(rows.filter(state=InboxState.PARKED).order_by("next_attempt_at")[:limit])
    now = timezone.now()
    due = [row for row in parked if _time_of(row) <= now]
    moved = [_release(module, row, guard) for row in [*due, *_headless(rows, limit)]]
    if any(moved):
        return 0.0
    later = parked[len(due) :]
    return (_time_of(later[0]) - now).total_seconds() if later else None


def _time_of(parked: InboxMessage) -> datetime:
    return parked.next_attempt_at or timezone.now()


def _headless(rows: QuerySet[InboxMessage], limit: int) -> list[InboxMessage]:
    """The first of those that wait behind nobody: their head was skipped, or done a moment ago."""
    groups = (
        rows.filter(state__in=UNSETTLED)
        .values("consumer", "subject")
        .annotate(first=Min("id"), heads=Count("id", filter=Q(state__in=HEADS)))
        .filter(heads=0)
    )
    first = [group["first"] for group in groups[:limit]]
    return list(rows.filter(id__in=first)) if first else []


def _release(module: str, head: InboxMessage, guard: Guard, limit: int = 100) -> bool:
    """Try the head, then those behind it, until one fails. Bounded: other aggregates want their turn."""
    row: InboxMessage | None = head
    moved = False
    while row and limit and _attempt(module, row, guard):
        moved, limit = True, limit - 1
        waiting = inbox_of(module).filter(
            consumer=row.consumer, subject=row.subject, state=InboxState.WAITING
        )
        row = waiting.order_by("id").first()
    return moved


def _attempt(module: str, row: InboxMessage, guard: Guard) -> bool:
    guard()
    if not _count_attempt(module, row):
        return False
    as_read = inbox_of(module).filter(pk=row.pk, state=row.state)
    guard()
    try:
        with transaction.atomic(using=module):
            # The UPDATE comes first: it locks the row against an operator's redrive or skip.
            if as_read.update(state=InboxState.DONE, body="", next_attempt_at=None):
                _handle_parked(module, row)
    except Exception as error:  # noqa: BLE001  a handler may raise anything
        guard()
        _note_failure(row, error)
        as_read.update(state=row.state, error=row.error, next_attempt_at=row.next_attempt_at)
        return False
    return True


def _count_attempt(module: str, row: InboxMessage) -> bool:
    """In a transaction of its own, so that it counts even if the attempt ends the process.

    False when the row is not what it was, or has had all its attempts and ends here.
    """
    known = limits()
    as_read = inbox_of(module).filter(pk=row.pk, state=row.state, attempts=row.attempts)
    if row.attempts >= known.max_attempts:
        as_read.update(state=InboxState.DEAD, error=row.error or "its worker died of it each time")
        return False
    row.attempts += 1
    pause = backoff(row.attempts, known.backoff_base, known.backoff_cap, jitter=1)
    due = timezone.now() + pause if row.state == InboxState.PARKED else None
    return bool(as_read.update(attempts=row.attempts, next_attempt_at=due))


def _handle_parked(module: str, row: InboxMessage) -> None:
    event = Envelope.decode(row.body)
    if row.consumer == UNKNOWN and (found := consumers(module, row.type)):
        _handle_together(module, [Delivery(event, one) for one in found])
    else:
        _call(module, Delivery(event, _known(module, row)))


def _known(module: str, row: InboxMessage) -> Consumer:
    if row.consumer == UNKNOWN:
        return unknown(row.type)
    found = consumer(module, row.consumer)
    if found is None:
        raise LookupError(f"{module} has no consumer {row.consumer} any more")
    return found
