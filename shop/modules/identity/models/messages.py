"""Identity's outbox, its inbox, and what it remembers of requests."""

from shop.building_blocks.http import idempotency
from shop.building_blocks.limits import models as limits
from shop.building_blocks.messaging import models as messaging


class OutboxMessage(messaging.OutboxMessage):
    """What identity has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What identity was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did to identity's messages."""


class IdempotencyRecord(idempotency.IdempotencyRecord):
    """What identity answered to requests that may be sent again."""


class Counter(limits.Counter):
    """What clients, users and strangers may not do without end."""
