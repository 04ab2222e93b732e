"""Messages in every state, made directly: how they come to be so is the business of other tests."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging.models import InboxMessage, OutboxMessage, inbox_of, outbox_of

MakeInbox = Callable[..., InboxMessage]
MakeOutbox = Callable[..., OutboxMessage]


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


@pytest.fixture
def received(db: None) -> MakeInbox:
    def make(state: str, received_at: datetime | None = None, **fields: Any) -> InboxMessage:
        known = {
            "event_id": uuid7(),
            "consumer": "door",
            "type": "catalog.knocked.v1",
            "subject": str(uuid7()),
            "partition": 0,
            "body": "" if state == "done" else "{}",
        }
        row = inbox_of("inventory").create(state=state, **{**known, **fields})
        if received_at:
            inbox_of("inventory").filter(pk=row.pk).update(received_at=received_at)
        return row

    return make


@pytest.fixture
def published(db: None) -> MakeOutbox:
    def make(created_at: datetime | None = None, **fields: Any) -> OutboxMessage:
        known = {
            "event_id": uuid7(),
            "type": "inventory.stock_changed.v1",
            "subject": str(uuid7()),
            "partition": 0,
            "body": "{}",
        }
        row = outbox_of("inventory").create(**{**known, **fields})
        if created_at:
            outbox_of("inventory").filter(pk=row.pk).update(created_at=created_at)
        return row

    return make
