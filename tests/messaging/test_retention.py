"""What is old and finished goes; what is not, never."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging import retention, tasks
from shop.building_blocks.messaging.models import InboxState
from shop.modules.inventory.models import InboxMessage, OutboxMessage
from tests.messaging.conftest import MakeInbox, MakeOutbox, ago

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)
Received = tuple[str, int, datetime | None]
"""State, age in days, next attempt."""
days = st.integers(min_value=0, max_value=60)


def remaining() -> tuple[int, int]:
    return OutboxMessage.objects.count(), InboxMessage.objects.count()


def test_what_was_sent_or_settled_longer_ago_is_deleted(received: MakeInbox, published: MakeOutbox) -> None:
    published(published_at=ago(days=8))
    published(published_at=ago(days=6))
    for state in ("done", "skipped"):
        received(state, received_at=ago(days=8))
        received(state, received_at=ago(days=6))

    assert retention.purgeable("inventory", WEEK) == 3
    assert retention.purge("inventory", WEEK) == 3

    assert remaining() == (1, 2)


def test_it_goes_in_batches_and_tells_after_each(published: MakeOutbox) -> None:
    for _ in range(5):
        published(published_at=ago(days=8))
    told: list[int] = []

    retention.purge("inventory", WEEK, batch=2, progress=told.append)

    assert told == [2, 2, 1]


outbox_rows = st.lists(
    st.builds(
        OutboxMessage,
        event_id=st.builds(uuid7),
        type=st.just("inventory.stock_changed.v1"),
        subject=st.just("door"),
        partition=st.just(0),
        published_at=st.none() | days.map(lambda age: ago(days=age)),
        not_before=st.none() | days.map(lambda age: ago(days=age - 30)),
        attempts=st.integers(0, 2),
    ),
    max_size=12,
)
inbox_rows = st.lists(
    st.tuples(st.sampled_from(InboxState.values), days, st.none() | days.map(lambda age: ago(days=age))),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(outbox=outbox_rows, inbox=inbox_rows, age=days, batch=st.integers(1, 5))
def test_nothing_unsent_or_unhandled_is_ever_deleted(
    outbox: list[OutboxMessage], inbox: list[Received], age: int, batch: int
) -> None:
    OutboxMessage.objects.all().delete()
    InboxMessage.objects.all().delete()
    unsent = [row.event_id for row in outbox if row.published_at is None]
    OutboxMessage.objects.bulk_create(outbox)
    unhandled = _receive(inbox)

    retention.purge("inventory", timedelta(days=age), batch=batch)

    assert set(unsent) <= set(OutboxMessage.objects.values_list("event_id", flat=True))
    assert set(unhandled) <= set(InboxMessage.objects.values_list("event_id", flat=True))
    assert not retention.purgeable("inventory", timedelta(days=age, seconds=1))


def _receive(rows: Sequence[Received]) -> list[object]:
    """Their ids, of those that are unsettled."""
    messages = [
        InboxMessage(
            event_id=uuid7(),
            consumer="door",
            type="catalog.knocked.v1",
            subject=str(uuid7()),
            partition=0,
            state=state,
            next_attempt_at=due,
        )
        for state, _, due in rows
    ]
    InboxMessage.objects.bulk_create(messages)
    for message, (_, age, _) in zip(messages, rows, strict=True):
        message.received_at = ago(days=age)
    InboxMessage.objects.bulk_update(messages, ["received_at"])
    return [message.event_id for message in messages if message.state in {"parked", "waiting", "dead"}]


def test_every_module_is_purged_as_the_settings_say(
    settings: Settings, received: MakeInbox, published: MakeOutbox
) -> None:
    settings.MESSAGING_KEEP_SENT_DAYS, settings.MESSAGING_KEEP_HANDLED_DAYS = 2, 5
    published(published_at=ago(days=3))
    received("done", received_at=ago(days=3))
    received("done", received_at=ago(days=6))

    tasks.purge()

    assert remaining() == (0, 1)
