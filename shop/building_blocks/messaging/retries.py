"""The inbox again: what failed is tried once more, and what waited behind it goes on."""

from collections.abc import Collection
from datetime import datetime
from time import perf_counter

from django.db import transaction
from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from shop.building_blocks.messaging import outcomes
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.inbox import Delivery, Guard, call, handle_together, note_failure
from shop.building_blocks.messaging.models import (
    HEADS,
    UNSETTLED,
    InboxMessage,
    InboxState,
    backoff,
    inbox_of,
)
from shop.building_blocks.messaging.registry import UNKNOWN, Consumer, consumer, consumers, unknown
from shop.building_blocks.messaging.settings import limits


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
    outcomes.attempted(row)
    began = perf_counter()
    try:
        with transaction.atomic(using=module):
            # The UPDATE comes first: it locks the row against an operator's redrive or skip.
            if as_read.update(state=InboxState.DONE, body="", next_attempt_at=None):
                _handle_parked(module, row)
    except Exception as error:  # noqa: BLE001  a handler may raise anything
        guard()
        note_failure(row, error)
        if as_read.update(state=row.state, error=row.error, next_attempt_at=row.next_attempt_at):
            outcomes.failed(row, began)
        return False
    return True


def _count_attempt(module: str, row: InboxMessage) -> bool:
    """In a transaction of its own, so that it counts even if the attempt ends the process.

    False when the row is not what it was, or has had all its attempts and ends here.
    """
    known = limits()
    as_read = inbox_of(module).filter(pk=row.pk, state=row.state, attempts=row.attempts)
    if row.attempts >= known.max_attempts:
        row.state, row.error = InboxState.DEAD, row.error or "its worker died of it each time"
        if as_read.update(state=row.state, error=row.error):
            outcomes.failed(row, perf_counter())
        return False
    row.attempts += 1
    pause = backoff(row.attempts, known.backoff_base, known.backoff_cap, jitter=1)
    due = timezone.now() + pause if row.state == InboxState.PARKED else None
    return bool(as_read.update(attempts=row.attempts, next_attempt_at=due))


def _handle_parked(module: str, row: InboxMessage) -> None:
    event = Envelope.decode(row.body)
    if row.consumer == UNKNOWN and (found := consumers(module, row.type)):
        handle_together(module, [Delivery(event, one) for one in found])
    else:
        call(module, Delivery(event, _known(module, row)))


def _known(module: str, row: InboxMessage) -> Consumer:
    if row.consumer == UNKNOWN:
        return unknown(row.type)
    found = consumer(module, row.consumer)
    if found is None:
        raise LookupError(f"{module} has no consumer {row.consumer} any more")
    return found
