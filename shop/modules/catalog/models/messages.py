"""What the catalog has to tell, what it was told, and what it answered."""

from shop.building_blocks.http import idempotency
from shop.building_blocks.limits import models as limits
from shop.building_blocks.messaging import models as messaging


class OutboxMessage(messaging.OutboxMessage):
    """What the catalog has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What the catalog was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did to the catalog's messages."""


class IdempotencyRecord(idempotency.IdempotencyRecord):
    """What the catalog answered to requests that may be sent again."""


class Counter(limits.Counter):
    """What clients of the catalog may not do without end."""
