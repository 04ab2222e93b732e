"""The teller's tables."""

from typing import ClassVar

from django.db import models

from shop.building_blocks.messaging import models as messaging


class Account(models.Model):
    name = models.CharField(primary_key=True, max_length=80)
    version = models.PositiveIntegerField(default=0)

    objects: ClassVar[models.Manager["Account"]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.version}"


class OutboxMessage(messaging.OutboxMessage):
    """What the teller has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What the teller was told: nothing."""


class OperatorAction(messaging.OperatorAction):
    """What operators did about the teller's messages."""
