"""What became of an event at a consumer: a line in the log, with the event's id, and a number."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from functools import partial
from time import perf_counter, time_ns
from typing import Any
from uuid import UUID

from django.db import transaction

from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.models import InboxMessage, InboxState
from shop.building_blocks.telemetry.context import Cause, caused_by, continuing, inside
from shop.building_blocks.telemetry.metrics import instruments
from shop.building_blocks.telemetry.sql import committed

log = logging.getLogger("shop.messaging")

_LEVELS = {InboxState.DEAD: logging.ERROR, InboxState.PARKED: logging.WARNING}


@contextmanager
def handling(module: str, event: Envelope, consumer: str) -> Iterator[None]:
    """Told once the effect is committed, for until then it may be undone, and done again."""
    began = perf_counter()
    yield
    tell = partial(_handled, module, event, consumer, perf_counter() - began, time_ns())
    transaction.on_commit(partial(copy_context().run, tell), using=module, robust=True)


def _handled(module: str, event: Envelope, consumer: str, seconds: float, since: int) -> None:
    committed(module, since)
    instruments.handling.labels(module, consumer).observe(seconds)
    _tell(module, logging.INFO, _facts(event.id, event.type, consumer, "handled", seconds))


def kept(row: InboxMessage) -> None:
    """For later, without an attempt: behind a failed one, or because workers died with it in hand."""
    facts = _facts(row.event_id, row.type, row.consumer, InboxState(row.state).value)
    transaction.on_commit(
        partial(_on_behalf_of, row, logging.INFO, facts), using=row._meta.app_label, robust=True
    )


def known(row: InboxMessage) -> None:
    """It came again, and its row is there already: counted, for there is nothing to tell."""
    counter = instruments.outcomes.labels(row._meta.app_label, row.consumer, "duplicate")
    transaction.on_commit(counter.inc, using=row._meta.app_label, robust=True)


def failed(row: InboxMessage, began: float) -> None:
    """``row`` has its new state, and the error; ``began`` is of ``perf_counter``."""
    state = InboxState(row.state)
    facts = _facts(row.event_id, row.type, row.consumer, state.value, perf_counter() - began)
    _on_behalf_of(row, _LEVELS[state], {**facts, "attempts": row.attempts, "error": row.error})


def attempted(row: InboxMessage) -> None:
    """Once more, unless it has only waited behind another one until now."""
    if row.attempts > 1 or row.state != InboxState.WAITING:
        instruments.retries.labels(row._meta.app_label, row.consumer).inc()


def unreadable(module: str, event_id: UUID, consumer: str, reason: str) -> None:
    facts = _facts(event_id, "", consumer, InboxState.DEAD.value)
    with inside(module):
        _tell(module, logging.ERROR, {**facts, "error": reason})


def _facts(
    event_id: UUID, event_type: str, consumer: str, outcome: str, seconds: float = 0
) -> dict[str, Any]:
    return {
        "event_id": str(event_id),
        "event_type": event_type,
        "consumer": consumer,
        "outcome": outcome,
        "milliseconds": round(seconds * 1000, 1),
    }


def _on_behalf_of(row: InboxMessage, level: int, facts: dict[str, Any]) -> None:
    """In the trace of the event, of which the row has all but an unreadable body."""
    module = row._meta.app_label
    with ExitStack() as stack:
        stack.enter_context(inside(module))
        try:
            event = Envelope.decode(row.body)
        except ValueError:
            pass
        else:
            stack.enter_context(continuing({"traceparent": event.traceparent or ""}))
            stack.enter_context(caused_by(Cause(event.correlationid, str(event.id))))
        _tell(module, level, facts)


def _tell(module: str, level: int, facts: dict[str, Any]) -> None:
    instruments.outcomes.labels(module, facts["consumer"], facts["outcome"]).inc()
    text = "%(consumer)s: %(event_type)s %(event_id)s is %(outcome)s after %(milliseconds)s ms"
    log.log(level, f"{text}: %(error)s" if "error" in facts else text, facts, extra=facts)
