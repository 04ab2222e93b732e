"""What an operator may do to messages that do not move on their own, by their primary keys.

The state in the WHERE clause is the guard: a row that a worker has in hand is waited for, and left alone
if the worker has settled it. Every thousand messages are one transaction of the module, which also writes
who did it. Each operation returns how many messages it changed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from shop.building_blocks.messaging import wake
from shop.building_blocks.messaging.models import HEADS, InboxState, actions_of, inbox_of, outbox_of

HELD_BACK = Q(published_at=None, not_before__isnull=False, attempts__gt=0)
"""In the outbox: refused by the transport, and waiting for the next attempt."""

_BATCH = 1000


class ReasonMissing(ValueError):
    """An event is not given up without a reason: somebody will ask."""


def redrive(module: str, ids: Iterable[int], actor: str, reason: str = "") -> int:
    """Have dead and parked inbox messages tried again at once, with all their attempts before them."""
    return _Operation(module, actor, "redrive", reason).apply(
        inbox_of(module).filter(state__in=HEADS),
        ids,
        {"state": InboxState.PARKED, "attempts": 0, "next_attempt_at": timezone.now()},
    )


def skip(module: str, ids: Iterable[int], actor: str, reason: str) -> int:
    """Give dead or parked inbox messages up, which frees those that wait behind them.

    The body is kept until the message is purged: what did not happen may have to be done by hand. Raises
    ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing("Say why: skipping an event needs a reason.")
    return _Operation(module, actor, "skip", reason).apply(
        inbox_of(module).filter(state__in=HEADS),
        ids,
        {"state": InboxState.SKIPPED, "next_attempt_at": None},
    )


def retry_now(module: str, ids: Iterable[int], actor: str, reason: str = "") -> int:
    """Have outbox messages that were refused by the transport published at once."""
    return _Operation(module, actor, "retry", reason).apply(
        outbox_of(module).filter(HELD_BACK), ids, {"not_before": None}
    )


@dataclass(frozen=True, slots=True)
class _Operation:
    module: str
    actor: str
    action: str
    reason: str

    def apply(self, rows: QuerySet[Any], ids: Iterable[int], changes: dict[str, Any]) -> int:
        return sum(self._apply(rows.filter(pk__in=batch), changes) for batch in _batches(ids))

    def _apply(self, rows: QuerySet[Any], changes: dict[str, Any]) -> int:
        with transaction.atomic(using=self.module):
            # In the order of their ids, so that two operators cannot wait for each other.
            changed = list(rows.order_by("pk").defer("body").select_for_update())
            rows.filter(pk__in=[row.pk for row in changed]).update(**changes)
            self._write_down(changed)
            transaction.on_commit(partial(wake.up, self.module), using=self.module, robust=True)
        return len(changed)

    def _write_down(self, changed: list[Any]) -> None:
        actions = actions_of(self.module)
        actions.bulk_create(
            actions.model(
                actor=self.actor[:150],
                action=self.action,
                event_id=row.event_id,
                consumer=getattr(row, "consumer", ""),
                reason=self.reason,
            )
            for row in changed
        )


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(ids)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
