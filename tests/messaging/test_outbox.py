"""An event is told if and only if its change is committed."""

import threading
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.models import outbox_of
from shop.building_blocks.messaging.outbox import claim, promote, settle
from shop.modules.identity.contracts import UserRegistered
from shop.modules.identity.models import OutboxMessage

ALL = range(8)


def publish() -> None:
    outbox.publish(UserRegistered(user_id=uuid4(), version=1))


@pytest.mark.django_db(transaction=True)
def test_refuses_to_publish_outside_a_transaction() -> None:
    with pytest.raises(TransactionManagementError, match="transaction of the change in identity"):
        publish()


@pytest.mark.django_db(transaction=True)
def test_refuses_to_publish_in_the_transaction_of_another_module() -> None:
    with transaction.atomic(using="catalog"), pytest.raises(TransactionManagementError):
        publish()


@pytest.mark.django_db(transaction=True)
def test_tells_nothing_when_the_change_is_rolled_back() -> None:
    with transaction.atomic(using="identity"):
        publish()
        transaction.set_rollback(True, using="identity")

    assert not OutboxMessage.objects.exists()


@pytest.mark.postgresql  # SQLite has one writer at a time, so there ids are in the order of commits
@pytest.mark.django_db(transaction=True)
def test_does_not_lose_the_event_of_a_transaction_that_commits_late() -> None:
    """Ids are handed out before the commit: a cursor on id would pass this one by for ever."""
    begun, finish = threading.Event(), threading.Event()

    def slow_writer() -> None:
        with transaction.atomic(using="identity"):
            publish()
            begun.set()
            finish.wait(10)
        connections.close_all()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    begun.wait(10)
    with transaction.atomic(using="identity"):
        publish()
    early = claim("identity", ALL, 10)
    settle("identity", early, {})
    finish.set()
    writer.join()

    late = claim("identity", ALL, 10)

    assert len(early) == len(late) == 1
    assert late[0].id < early[0].id


@pytest.mark.django_db
def test_what_the_transport_refused_is_held_back_with_the_reason_and_blocks_only_its_aggregate() -> None:
    stuck, other = uuid4(), uuid4()
    with transaction.atomic(using="identity"):
        for user_id, version in ((stuck, 1), (stuck, 2), (other, 1)):
            outbox.publish(UserRegistered(user_id=user_id, version=version))
    first, *_ = claim("identity", ALL, 2)
    settle("identity", [], {first: "no queue"})

    ready = claim("identity", ALL, 10)

    assert [row.subject for row in ready] == [str(other)]
    held = OutboxMessage.objects.get(pk=first.id)
    assert (held.attempts, held.error) == (1, "no queue")
    assert held.not_before is not None


@pytest.mark.django_db
def test_claims_only_the_lanes_it_holds() -> None:
    with transaction.atomic(using="identity"):
        for _ in range(40):
            publish()

    evens, odds = claim("identity", ALL[::2], 100), claim("identity", ALL[1::2], 100)

    assert len(evens) + len(odds) == outbox_of("identity").count() == 40
    assert evens
    assert odds
    assert not set(evens) & set(odds)


def soon() -> datetime:
    return timezone.now() + timedelta(hours=1)


@pytest.mark.django_db
def test_a_scheduled_event_is_not_sent_before_its_time() -> None:
    with transaction.atomic(using="identity"):
        event_id = outbox.publish(UserRegistered(user_id=uuid4(), version=1), not_before=soon())
    promote("identity")
    assert claim("identity", ALL, 10) == []

    OutboxMessage.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    promote("identity")

    assert [message.event_id for message in claim("identity", ALL, 10)] == [event_id]


@pytest.mark.django_db
def test_a_scheduled_event_holds_back_no_other_one_of_its_aggregate() -> None:
    user_id = uuid4()
    with transaction.atomic(using="identity"):
        outbox.publish(UserRegistered(user_id=user_id, version=1), not_before=soon())
        now = outbox.publish(UserRegistered(user_id=user_id, version=2))

    assert [message.event_id for message in claim("identity", ALL, 10)] == [now]


@pytest.mark.django_db
def test_a_canceled_event_is_never_sent_and_cancelling_says_so_once() -> None:
    with transaction.atomic(using="identity"):
        event_id = outbox.publish(UserRegistered(user_id=uuid4(), version=1), not_before=soon())

    answers = [outbox.cancel(UserRegistered, event_id) for _ in range(2)]

    assert answers == [True, False]
    assert not OutboxMessage.objects.exists()


@pytest.mark.django_db
def test_it_is_too_late_to_cancel_what_is_ready_or_was_tried() -> None:
    with transaction.atomic(using="identity"):
        ready, tried = (outbox.publish(UserRegistered(user_id=uuid4(), version=1)) for _ in range(2))
    (message,) = [one for one in claim("identity", ALL, 10) if one.event_id == tried]
    settle("identity", [], {message: "no queue"})

    assert [outbox.cancel(UserRegistered, event_id) for event_id in (ready, tried)] == [False, False]
