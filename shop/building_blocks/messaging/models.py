"""Three tables per module: what it has to tell, what it was told, and what operators did about either.

Concrete in each module's migrations.
"""

from datetime import timedelta
from typing import ClassVar, cast

from django.apps import apps
from django.db import models
from django.db.models import Q


class OutboxMessage(models.Model):
    """An event waiting for the relay, or already published.

    Ready to go while ``published_at`` and ``not_before`` are both empty. An event that is scheduled, or
    that the broker did not take, has a ``not_before`` and stays out of the ready index until then.
    """

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(unique=True, editable=False)
    type = models.CharField(max_length=120)
    subject = models.CharField(max_length=80, help_text="id of the aggregate")
    partition = models.SmallIntegerField()
    body = models.TextField(help_text="the CloudEvent as it is sent")
    created_at = models.DateTimeField(auto_now_add=True)
    not_before = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        verbose_name = "outbox message"
        permissions: ClassVar = [("retry_outboxmessage", "Can have a held back event tried at once")]
        indexes: ClassVar = [
            models.Index(
                fields=["id"],
                name="%(app_label)s_outbox_ready",
                condition=Q(published_at=None, not_before=None),
            ),
            models.Index(
                fields=["not_before"],
                name="%(app_label)s_outbox_later",
                condition=Q(not_before__isnull=False),
            ),
            models.Index(
                fields=["subject"],
                name="%(app_label)s_outbox_held",
                condition=Q(not_before__isnull=False, attempts__gt=0),
            ),
            models.Index(
                fields=["published_at"],
                name="%(app_label)s_outbox_sent",
                condition=Q(published_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class InboxState(models.TextChoices):
    DONE = "done"
    PARKED = "parked", "parked: failed, will be tried again"
    WAITING = "waiting", "waiting behind a failed event of the same aggregate"
    DEAD = "dead", "dead: out of attempts"
    SKIPPED = "skipped", "skipped: given up by an operator"


HEADS = (InboxState.PARKED, InboxState.DEAD)
UNSETTLED = (*HEADS, InboxState.WAITING)
SETTLED = (InboxState.DONE, InboxState.SKIPPED)


class InboxMessage(models.Model):
    """What became of one event at one consumer.

    The database keeps two promises: an event is handled once per consumer, and of each aggregate at most
    one event is the head (parked or dead) that later ones wait behind.
    """

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(editable=False)
    consumer = models.CharField(max_length=120)
    type = models.CharField(max_length=120)
    subject = models.CharField(max_length=80, help_text="id of the aggregate")
    partition = models.SmallIntegerField()
    state = models.CharField(max_length=8, choices=InboxState)
    body = models.TextField(default="", blank=True, help_text="kept while unsettled, or skipped")
    attempts = models.PositiveIntegerField(default=0)
    error = models.TextField(default="", blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        verbose_name = "inbox message"
        permissions: ClassVar = [
            ("redrive_inboxmessage", "Can have a failed event tried again"),
            ("skip_inboxmessage", "Can give a failed event up"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["event_id", "consumer"], name="%(app_label)s_inbox_once"),
            models.UniqueConstraint(
                fields=["consumer", "subject"],
                condition=Q(state__in=HEADS),
                name="%(app_label)s_inbox_one_head",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["subject", "consumer", "id"],
                name="%(app_label)s_inbox_unsettled",
                condition=Q(state__in=UNSETTLED),
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="%(app_label)s_inbox_due",
                condition=Q(state=InboxState.PARKED),
            ),
            models.Index(
                fields=["received_at"],
                name="%(app_label)s_inbox_age",
                condition=Q(state__in=SETTLED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consumer} {self.event_id}"


class OperatorAction(models.Model):
    """Who did what to one event, and why; written in the transaction that did it, and never purged."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=150, help_text="name of the user")
    action = models.CharField(max_length=20)
    event_id = models.UUIDField(db_index=True)
    consumer = models.CharField(max_length=120, default="", blank=True, help_text="empty for the outbox")
    reason = models.TextField(default="", blank=True)

    class Meta:
        abstract = True
        verbose_name = "operator action"

    def __str__(self) -> str:
        return f"{self.action} {self.event_id} by {self.actor}"


def outbox_of(module: str) -> models.Manager[OutboxMessage]:
    return cast("models.Manager[OutboxMessage]", apps.get_model(module, "OutboxMessage")._default_manager)


def inbox_of(module: str) -> models.Manager[InboxMessage]:
    return cast("models.Manager[InboxMessage]", apps.get_model(module, "InboxMessage")._default_manager)


def actions_of(module: str) -> models.Manager[OperatorAction]:
    return cast("models.Manager[OperatorAction]", apps.get_model(module, "OperatorAction")._default_manager)


def backoff(attempts: int, base: float, cap: float, jitter: float) -> timedelta:
    """Exponential, capped, times ``jitter`` (about 1): ``base * 2 ** (attempts - 1)`` seconds."""
    return timedelta(seconds=min(cap, base * 2 ** min(attempts - 1, 30)) * jitter)
