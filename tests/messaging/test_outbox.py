"""An event is told if and only if its change is committed."""

import threading
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.db.transaction import TransactionManagementError

from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.models import outbox_of
from shop.building_blocks.messaging.relay import claim, settle
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
    settle("identity", early, refused={})
    finish.set()
    writer.join()

    late = claim("identity", ALL, 10)

    assert len(early) == len(late) == 1
    assert late[0].pk < early[0].pk


@pytest.mark.django_db
def test_what_the_transport_refused_is_held_back_with_the_reason_and_blocks_only_its_aggregate() -> None:
    stuck, other = uuid4(), uuid4()
    with transaction.atomic(using="identity"):
        for user_id, version in ((stuck, 1), (stuck, 2), (other, 1)):
            outbox.publish(UserRegistered(user_id=user_id, version=version))
    first, *_ = batch = claim("identity", ALL, 2)
    settle("identity", batch[:1], refused={first.event_id: "no queue"})

    ready = claim("identity", ALL, 10)

    assert [row.subject for row in ready] == [str(other)]
    held = OutboxMessage.objects.get(pk=first.pk)
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
    assert not {row.pk for row in evens} & {row.pk for row in odds}
