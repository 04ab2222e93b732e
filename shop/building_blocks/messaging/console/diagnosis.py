"""Why a module's messages do not move, in plain sentences."""

from collections.abc import Iterator
from datetime import timedelta
from textwrap import shorten

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef
from django.utils import timezone

from shop.building_blocks import modules
from shop.building_blocks.messaging.console.durations import short
from shop.building_blocks.messaging.console.operations import HELD_BACK
from shop.building_blocks.messaging.console.status import Status, status
from shop.building_blocks.messaging.lanes import held
from shop.building_blocks.messaging.models import InboxState, inbox_of, outbox_of
from shop.building_blocks.messaging.registry import types_consumed

_PATIENCE = timedelta(seconds=30)


def why_stuck(module: str) -> str:
    """A sentence per cause, the ones that need somebody first; "Nothing is stuck." when there is none."""
    known = status(module)
    causes = [*_nobody_works(module), *_dead(known), *_held_back(known), *_parked(known), *_late(known)]
    return " ".join(causes) or "Nothing is stuck."


def _nobody_works(module: str) -> Iterator[str]:
    if not settings.BROKER_URL:
        if not held(modules.names()[0], "bus"):
            yield "No process carries the events: is the web process running?"
        return
    if not held(module, "relay"):
        yield f"No relay holds {module}'s lanes: is a worker running?"
    if types_consumed(module) and not held(module, "inbox"):
        yield f"No consumer holds {module}'s lanes: is a worker running?"


def _dead(known: Status) -> Iterator[str]:
    for consumer, count in _at_consumers(known.module, InboxState.DEAD):
        verb = "is" if count == 1 else "are"
        failure = _failure(known.module, consumer, InboxState.DEAD)
        yield f"{_events(count)} {verb} dead in {known.module} at {failure}."


def _parked(known: Status) -> Iterator[str]:
    for consumer, count in _at_consumers(known.module, InboxState.PARKED):
        failure = _failure(known.module, consumer, InboxState.PARKED)
        yield f"{_events(count)} will be tried again in {known.module} at {failure}."


def _at_consumers(module: str, state: InboxState) -> list[tuple[str, int]]:
    heads = inbox_of(module).filter(state=state)
    return list(heads.values_list("consumer").annotate(count=Count("pk")).order_by("consumer"))


def _failure(module: str, consumer: str, state: str) -> str:
    """The consumer and the first error, and how much waits behind these heads."""
    heads = inbox_of(module).filter(consumer=consumer, state=state)
    behind = inbox_of(module).filter(
        Exists(heads.filter(subject=OuterRef("subject"))), consumer=consumer, state=InboxState.WAITING
    )
    error = heads.order_by("pk").values_list("error", flat=True).first() or ""
    count = behind.count()
    waiting = f"; {count} {'waits' if count == 1 else 'wait'} behind" if count else ""
    return f"{consumer}: {_brief(error)}{waiting}"


def _held_back(known: Status) -> Iterator[str]:
    if not known.held_back:
        return
    held = outbox_of(known.module).filter(HELD_BACK)
    errors = held.values_list("error").annotate(count=Count("pk"), next=Min("not_before")).order_by("-count")
    for error, count, next_try in errors[:3]:
        verb = "is" if count == 1 else "are"
        pause = short(next_try - timezone.now())
        yield f"{_events(count)} {verb} held back: {_brief(error)}, next try in {pause}."


def _late(known: Status) -> Iterator[str]:
    """Behind a held back event its aggregate waits too, and has been explained."""
    oldest = known.oldest_unsent
    if known.unsent and not known.held_back and oldest and oldest > _PATIENCE:
        verb = "waits" if known.unsent == 1 else "wait"
        yield (
            f"{_events(known.unsent)} {verb} to be sent, the oldest for {short(oldest)}: "
            f"{_trouble(known.module) or 'the relay is behind, or the broker does not answer'}."
        )


def _trouble(module: str) -> str:
    """What the relay wrote down when it last failed."""
    ready = outbox_of(module).filter(published_at=None, not_before=None).order_by("id")
    error = ready.values_list("error", flat=True).first()
    return _brief(error) if error else ""


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"


def _brief(error: str) -> str:
    return shorten(error, 120, placeholder=" ...").rstrip(".") or "no reason is known"
