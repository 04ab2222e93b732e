"""How a module's messages stand, in numbers. Every count reads a partial index of what is unfinished."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.utils import timezone

from shop.building_blocks.messaging.console.operations import HELD_BACK
from shop.building_blocks.messaging.models import UNSETTLED, inbox_of, outbox_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    module: str
    unsent: int
    """Ready to go: the relay should have them soon."""
    held_back: int
    """Refused by the transport, and waiting for the next attempt."""
    scheduled: int
    oldest_unsent: timedelta | None
    """The age of what should have been sent, ready or held back."""
    parked: int
    waiting: int
    dead: int
    oldest_unhandled: timedelta | None


def status(module: str) -> Status:
    """Raises a DatabaseError when the module's database is away."""
    return Status(module=module, **_outbox(module), **_inbox(module))


def unsent_for(module: str) -> timedelta | None:
    """The age of the oldest event that should have been sent, ready or held back; None when there is none.

    Reads one ready event and those held back, however many are unsent or kept.
    """
    rows = outbox_of(module)
    ready = rows.filter(published_at=None, not_before=None).order_by("id").values_list("created_at").first()
    held = rows.filter(HELD_BACK).aggregate(oldest=Min("created_at"))["oldest"]
    return _age(min(filter(None, (*(ready or ()), held)), default=None))


def _outbox(module: str) -> dict[str, Any]:
    unsent = outbox_of(module).filter(published_at=None)
    failed = Q(attempts__gt=0)
    ready = unsent.filter(not_before=None).aggregate(unsent=Count("pk"))
    later = unsent.filter(not_before__isnull=False).aggregate(
        held_back=Count("pk", filter=failed), scheduled=Count("pk", filter=~failed)
    )
    return {**ready, **later, "oldest_unsent": unsent_for(module)}


def _inbox(module: str) -> dict[str, Any]:
    unsettled = inbox_of(module).filter(state__in=UNSETTLED)
    found = unsettled.aggregate(
        oldest=Min("received_at"),
        **{state.value: Count("pk", filter=Q(state=state)) for state in UNSETTLED},
    )
    oldest = found.pop("oldest")
    return {**found, "oldest_unhandled": _age(oldest)}


def _age(since: datetime | None) -> timedelta | None:
    return timezone.now() - since if since else None
