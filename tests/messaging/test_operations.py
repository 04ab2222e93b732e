"""What operators may do, and that it is written down."""

from datetime import timedelta

import pytest
from django.utils import timezone

from shop.building_blocks.messaging import models as messaging
from shop.building_blocks.messaging.console import operations
from shop.modules.inventory.models import InboxMessage, OperatorAction, OutboxMessage
from tests.messaging.conftest import MakeInbox, MakeOutbox, ago

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=1)


def state_of(row: messaging.InboxMessage) -> str:
    return InboxMessage.objects.get(pk=row.pk).state


def test_a_redriven_event_is_due_at_once_with_all_its_attempts(received: MakeInbox) -> None:
    dead = received("dead", attempts=12, error="RuntimeError: the door is stuck")
    parked = received("parked", attempts=3, next_attempt_at=timezone.now() + LATER)

    changed = operations.redrive("inventory", [dead.pk, parked.pk], "alice", "the door was oiled")

    assert changed == 2
    for row in InboxMessage.objects.all():
        assert (row.state, row.attempts) == ("parked", 0)
        assert row.next_attempt_at is not None
        assert row.next_attempt_at <= timezone.now()


def test_a_skipped_event_keeps_its_body_and_is_not_due_any_more(received: MakeInbox) -> None:
    rows = [received("dead", body="precious"), received("parked", next_attempt_at=ago(seconds=1))]

    assert operations.skip("inventory", [row.pk for row in rows], "alice", "a test") == 2

    skipped = InboxMessage.objects.get(pk=rows[0].pk)
    assert (skipped.state, skipped.body) == ("skipped", "precious")
    assert not InboxMessage.objects.exclude(next_attempt_at=None).exists()


@pytest.mark.parametrize("state", ["done", "waiting", "skipped"])
def test_what_has_not_failed_is_neither_redriven_nor_skipped(received: MakeInbox, state: str) -> None:
    row = received(state)

    assert operations.redrive("inventory", [row.pk], "alice") == 0
    assert operations.skip("inventory", [row.pk], "alice", "a test") == 0

    assert state_of(row) == state
    assert not OperatorAction.objects.exists()


@pytest.mark.parametrize("reason", ["", "  "])
def test_nothing_is_skipped_without_a_reason(received: MakeInbox, reason: str) -> None:
    row = received("dead")

    with pytest.raises(operations.ReasonMissing):
        operations.skip("inventory", [row.pk], "alice", reason)

    assert state_of(row) == "dead"


def test_an_event_that_was_refused_by_the_transport_is_sent_at_once(published: MakeOutbox) -> None:
    held = published(not_before=timezone.now() + LATER, attempts=2, error="no queue")

    assert operations.retry_now("inventory", [held.pk], "alice") == 1

    assert OutboxMessage.objects.get().not_before is None


def test_an_event_that_is_scheduled_or_sent_is_not_sent_early_or_again(published: MakeOutbox) -> None:
    scheduled = published(not_before=timezone.now() + LATER)
    sent = published(published_at=timezone.now())

    assert operations.retry_now("inventory", [scheduled.pk, sent.pk], "alice") == 0

    assert OutboxMessage.objects.get(pk=scheduled.pk).not_before is not None
    assert not OperatorAction.objects.exists()


def test_who_did_it_is_written_down_for_each_message_that_changed(
    received: MakeInbox, published: MakeOutbox
) -> None:
    dead, done = received("dead"), received("done")
    held = published(not_before=timezone.now() + LATER, attempts=1)

    operations.redrive("inventory", [dead.pk, done.pk], "alice", "the door was oiled")
    operations.skip("inventory", [dead.pk], "bob", "the door is gone")
    operations.retry_now("inventory", [held.pk], "carol")

    written = OperatorAction.objects.order_by("id")
    assert list(written.values_list("actor", "action", "event_id", "consumer", "reason")) == [
        ("alice", "redrive", dead.event_id, "door", "the door was oiled"),
        ("bob", "skip", dead.event_id, "door", "the door is gone"),
        ("carol", "retry", held.event_id, "", ""),
    ]


def test_any_number_of_messages_are_changed_at_once(received: MakeInbox) -> None:
    ids = [received("dead").pk for _ in range(12)]
    missing = range(10_000_000, 10_002_500)

    assert operations.redrive("inventory", [*ids, *missing], "alice") == 12
