"""Record every deposit: the effect that is counted."""

import random

from django.conf import settings

from shop.building_blocks.messaging.registry import consumes
from shop.building_blocks.telemetry import context
from tests.resilience.ledger.models import Entry
from tests.resilience.teller.contracts import Deposited


class NotRecorded(Exception):
    """Raised after the effect, which has to be taken back."""


@consumes(Deposited)
def record_deposit(event: Deposited) -> None:
    Entry(event_id=context.cause().causation_id, account=event.account, version=event.version).save()
    if event.is_poison:
        raise NotRecorded("poison")
    if random.random() < settings.FLAKY:  # type: ignore[misc]  # of these processes only
        raise NotRecorded("by chance")
