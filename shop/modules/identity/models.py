"""Identity's tables: users, and OAuth's clients and grants."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from oauth2_provider.models import AbstractApplication, AbstractGrant
from uuid_utils.compat import uuid7

from shop.building_blocks.http import idempotency
from shop.building_blocks.messaging import models as messaging


class User(AbstractUser):  # type: ignore[django-manager-missing]  # the toolkit is untyped
    """Somebody with an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)


class Client(AbstractApplication):
    """An OAuth client.

    Ours and not the toolkit's from the first migration: swapping the model later would mean moving rows
    and foreign keys by hand.
    """

    scopes = models.TextField(blank=True, default="", help_text="what it may ask for, by spaces")


class Grant(AbstractGrant):
    """An authorization code; ours for the same reason."""


class OutboxMessage(messaging.OutboxMessage):
    """What identity has to tell."""


class InboxMessage(messaging.InboxMessage):
    """What identity was told."""


class OperatorAction(messaging.OperatorAction):
    """What operators did to identity's messages."""


class IdempotencyRecord(idempotency.IdempotencyRecord):
    """What identity answered to requests that may be sent again."""
