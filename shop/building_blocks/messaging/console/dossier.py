"""Everything that is known about one event, in every module, as text."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from textwrap import indent
from uuid import UUID

from shop.building_blocks import modules
from shop.building_blocks.messaging.console.bodies import attributes, pretty
from shop.building_blocks.messaging.models import (
    InboxMessage,
    InboxState,
    OperatorAction,
    OutboxMessage,
    actions_of,
    inbox_of,
    outbox_of,
)


def dossier(event_id: UUID) -> str:
    """Empty when nobody knows the event, or all have purged it."""
    return "\n\n".join(paragraph for module in modules.names() for paragraph in _of(module, event_id))


def _of(module: str, event_id: UUID) -> Iterator[str]:
    for sent in outbox_of(module).filter(event_id=event_id):
        yield _sent(module, sent)
    for received in inbox_of(module).filter(event_id=event_id).order_by("id"):
        yield _received(module, received)
    for action in actions_of(module).filter(event_id=event_id).order_by("id"):
        yield _done(module, action)


def _sent(module: str, row: OutboxMessage) -> str:
    return _paragraph(
        f"{module}'s outbox: {'sent' if row.published_at else 'unsent'}",
        {
            "type": row.type,
            "subject": row.subject,
            "created": _time(row.created_at),
            "sent": _time(row.published_at),
            "not before": _time(row.not_before),
            "attempts": row.attempts,
            "error": row.error,
        },
        row.body,
    )


def _received(module: str, row: InboxMessage) -> str:
    return _paragraph(
        f"{module}'s inbox, {row.consumer}: {row.state}",
        {
            "type": row.type,
            "subject": row.subject,
            "received": _time(row.received_at),
            "next attempt": _time(row.next_attempt_at) if row.state == InboxState.PARKED else "",
            "attempts": row.attempts,
            "error": row.error,
        },
        row.body,
    )


def _done(module: str, row: OperatorAction) -> str:
    facts = {"at": _time(row.at), "consumer": row.consumer, "reason": row.reason}
    return _paragraph(f"{module}'s operators: {row.action} by {row.actor}", facts, "")


def _paragraph(title: str, facts: Mapping[str, object], body: str) -> str:
    ids = attributes(body)
    known = {**facts, "trace id": ids.trace_id, "correlation id": ids.correlation_id}
    lines = [f"  {name:14}  {value}" for name, value in known.items() if value not in {"", 0}]
    payload = [indent(pretty(body), "    ")] if body else []
    return "\n".join([title, *lines, *payload])


def _time(moment: datetime | None) -> str:
    return moment.isoformat(sep=" ", timespec="seconds") if moment else ""
