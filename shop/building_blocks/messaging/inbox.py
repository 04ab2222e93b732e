"""Transport to handlers: once per event and consumer, in order per aggregate. Knows no broker.

    new -> done | parked (it failed) | waiting (behind an unsettled one of its consumer and aggregate)
    parked -> done | parked (one more attempt, later) | dead (out of attempts)
    unreadable -> dead
    waiting -> done | parked, as soon as nothing before it is unsettled
    dead -> parked (redrive) | skipped (skip)

Only the holder of a partition's lane calls ``consume``, and ``retries.retry``, for it. That is what makes it
enough to look first and to write then; the unique constraints turn any mistake into a redo, one by one.
"""

import logging
import random
from asyncio import CancelledError
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connections, transaction
from django.utils import timezone

from shop.building_blocks.database.writes import insert
from shop.building_blocks.messaging import outcomes
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.models import (
    UNSETTLED,
    InboxMessage,
    InboxState,
    backoff,
    inbox_of,
)
from shop.building_blocks.messaging.outbox import partition_of
from shop.building_blocks.messaging.registry import Consumer, consumers, unknown
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.messaging.tracing import processing
from shop.building_blocks.telemetry.context import Cause, caused_by, inside

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
        handle_together(module, work)
    except Exception as error:  # noqa: BLE001  a handler may raise anything
        guard()
        log.debug("a batch of %d is done again one by one: %r", len(work), error)
        for delivery in work:
            _handle_alone(module, delivery, guard)


def handle_together(module: str, work: Sequence[Delivery]) -> None:
    """The rows come first: what is there already was handled, whoever delivers it again."""
    with transaction.atomic(using=module):
        rows = _rows(module, work)
        new = insert(rows, unless_known=("event_id", "consumer"))
        for delivery, row in zip(work, rows, strict=True):
            if (row.event_id, row.consumer) in new:
                new.discard((row.event_id, row.consumer))
                if row.state == InboxState.DONE:
                    call(module, delivery)
                else:
                    outcomes.kept(row)
            else:
                outcomes.known(row)


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
    began = perf_counter()
    try:
        handle_together(module, [delivery])
    except Exception as error:  # noqa: BLE001  a handler may raise anything
        guard()
        row = _row(module, delivery, InboxState.PARKED)
        row.attempts = 1
        note_failure(row, error)
        row.save(force_insert=True)
        outcomes.failed(row, began)


def _blocked(module: str, work: Sequence[Delivery]) -> set[tuple[str, str]]:
    """The lanes in which something is unsettled: read from an index that holds nothing else."""
    table = inbox_of(module).model._meta.db_table
    subjects = {delivery.event.subject for delivery in work}
    states, keys = (", ".join(["%s"] * len(values)) for values in (UNSETTLED, subjects))
    query = f"SELECT subject, consumer FROM {table} WHERE state IN ({states}) AND subject IN ({keys})"  # nosec B608
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
    _, is_new = inbox_of(module).get_or_create(
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
    if is_new:
        outcomes.unreadable(module, event_id, UNREADABLE, reason)


def call(module: str, delivery: Delivery) -> None:
    event, consumer, _ = delivery
    with ExitStack() as stack:
        stack.enter_context(caused_by(Cause(event.correlationid, str(event.id))))
        stack.enter_context(inside(module))
        stack.enter_context(processing(module, event, consumer.name))
        stack.enter_context(outcomes.handling(module, event, consumer.name))
        try:
            consumer.handle(event.open(consumer.event_type))
        except (SystemExit, GeneratorExit, CancelledError) as error:
            raise RuntimeError(f"the handler raised {error!r}") from error  # a failure like others


def note_failure(row: InboxMessage, error: Exception) -> None:
    known = limits()
    row.error = f"{type(error).__name__}: {error}"[:2000].replace("\0", "")
    row.state = InboxState.DEAD if row.attempts >= known.max_attempts else InboxState.PARKED
    row.next_attempt_at = timezone.now() + backoff(
        row.attempts, known.backoff_base, known.backoff_cap, random.uniform(0.5, 1.5)
    )
