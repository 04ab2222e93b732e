"""The ledger's tables."""

from typing import ClassVar

from django.db import models

from shop.building_blocks.messaging import models as messaging


class Entry(models.Model):
    """An effect. Nothing here is unique on purpose: an effect that happens twice must show."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    account = models.CharField(max_length=80)
    version = models.PositiveIntegerField()

    objects: ClassVar[models.Manager["Entry"]] = models.Manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account"], name="ledger_entry_account")]

    def __str__(self) -> str:
        return f"{self.account} at {self.version}"


class OutboxMessage(messaging.OutboxMessage):
    """What the ledger has to tell: nothing."""


class InboxMessage(messaging.InboxMessage):
    """What the ledger was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did about the ledger's messages."""
