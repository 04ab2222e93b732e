"""Sent and settled messages are kept for a while, and then deleted in small batches.

A batch finds its rows by a partial index that holds nothing else, and is a short transaction of its own, so
that neither relay nor inbox ever waits for it. The condition is repeated in the DELETE.
"""

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from shop.building_blocks import modules
from shop.building_blocks.database.batches import delete_in_batches
from shop.building_blocks.housekeeping import Progress, chore
from shop.building_blocks.messaging.models import SETTLED, inbox_of, outbox_of

log = logging.getLogger("shop.messaging")


@chore
def purge_everywhere(progress: Progress | None = None) -> int:
    """As the settings say, in every module. Returns how many rows it deleted.

    Handled messages are kept longer than sent ones: the inbox is what makes an event that comes again, out
    of a restored outbox or a queue that was put aside, take effect only once.
    """
    sent, handled = settings.MESSAGING_KEEP_SENT_DAYS, settings.MESSAGING_KEEP_HANDLED_DAYS
    return sum(
        purge_sent(module, timedelta(days=sent), progress=progress)
        + purge_handled(module, timedelta(days=handled), progress=progress)
        for module in modules.names()
    )


def purge(module: str, older_than: timedelta, batch: int = 5000, progress: Progress | None = None) -> int:
    """Delete what was sent, and what was received and is settled, longer ago than that."""
    sent = purge_sent(module, older_than, batch, progress)
    return sent + purge_handled(module, older_than, batch, progress)


def purgeable(module: str, older_than: timedelta) -> int:
    """How many rows ``purge`` would delete."""
    return _sent(module, older_than).count() + _handled(module, older_than).count()


def purge_sent(
    module: str, older_than: timedelta, batch: int = 5000, progress: Progress | None = None
) -> int:
    deleted = delete_in_batches(_sent(module, older_than).order_by("published_at"), progress, batch)
    return _logged(deleted, f"{module}'s outbox")


def purge_handled(
    module: str, older_than: timedelta, batch: int = 5000, progress: Progress | None = None
) -> int:
    deleted = delete_in_batches(_handled(module, older_than).order_by("received_at"), progress, batch)
    return _logged(deleted, f"{module}'s inbox")


def _sent(module: str, older_than: timedelta) -> QuerySet[Any]:
    return outbox_of(module).filter(published_at__lt=timezone.now() - older_than)


def _handled(module: str, older_than: timedelta) -> QuerySet[Any]:
    return inbox_of(module).filter(state__in=SETTLED, received_at__lt=timezone.now() - older_than)


def _logged(deleted: int, table: str) -> int:
    if deleted:
        log.info("purged %d from %s", deleted, table)
    return deleted
