"""An operator and a worker on the same aggregate at the same moment: two sessions of PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.db import connections

from shop.building_blocks.messaging import inbox, retries
from shop.building_blocks.messaging.console import operations
from shop.building_blocks.messaging.events import Envelope, IntegrationEvent
from shop.building_blocks.messaging.registry import Consumer, _consumers
from shop.modules.inventory.models import InboxMessage, Inventory, OperatorAction
from tests.support import eventually

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True, kw_only=True)
class Knocked(IntegrationEvent):
    type: ClassVar[str] = "catalog.knocked.v1"
    aggregate: ClassVar[str] = "door"

    door: str


class SlowDoor:
    """A consumer that stops in the middle of its work until it is let go on, and may then fail."""

    def __init__(self) -> None:
        self.slow, self.refuses = False, True
        self.entered, self.go_on = threading.Event(), threading.Event()

    def __call__(self, event: Knocked) -> None:
        Inventory.objects.create(name=f"{event.door} {event.version}")
        if self.slow:
            self.entered.set()
            assert self.go_on.wait(20)
        if self.refuses:
            raise RuntimeError("the door is stuck")


@pytest.fixture
def door() -> Iterator[SlowDoor]:
    opened = SlowDoor()
    _consumers["inventory"]["door"] = Consumer("door", Knocked, opened)
    yield opened
    opened.go_on.set()
    del _consumers["inventory"]["door"]


@pytest.fixture
def elsewhere() -> Iterator[Callable[..., Future[Any]]]:
    """Runs something in a database session of its own."""
    with ThreadPoolExecutor(4) as pool:

        def start(work: Callable[..., Any], *arguments: Any) -> Future[Any]:
            def run() -> Any:
                try:
                    return work(*arguments)
                finally:
                    connections.close_all()

            return pool.submit(run)

        yield start


def knock(version: int, at: str = "front") -> Envelope:
    return Envelope.of(Knocked(door=at, version=version))


def receive(*events: Envelope) -> None:
    inbox.consume("inventory", events, guard=lambda: None)


def retry() -> None:
    InboxMessage.objects.exclude(next_attempt_at=None).update(next_attempt_at="2020-01-01T00:00Z")
    retries.retry("inventory", range(8), guard=lambda: None)


def skip(pk: int) -> int:
    return operations.skip("inventory", [pk], "alice", "the door is gone")


def somebody_waits_for_a_lock() -> bool:
    with connections["inventory"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'")
        return bool(cursor.fetchone()[0])


def effects() -> list[str]:
    return list(Inventory.objects.order_by("name").values_list("name", flat=True))


def parked() -> InboxMessage:
    receive(knock(1))
    return InboxMessage.objects.get(state="parked")


@pytest.mark.parametrize("succeeds", [True, False])
def test_a_skip_waits_for_the_attempt_in_hand_and_does_not_undo_its_success(
    door: SlowDoor, elsewhere: Callable[..., Future[Any]], succeeds: bool
) -> None:
    row = parked()
    door.slow, door.refuses = True, not succeeds
    attempt = elsewhere(retry)
    assert door.entered.wait(20)
    skipping = elsewhere(skip, row.pk)
    eventually(somebody_waits_for_a_lock)

    door.go_on.set()
    attempt.result(20)

    changed = skipping.result(20)
    row.refresh_from_db()
    if succeeds:
        assert (changed, row.state, effects()) == (0, "done", ["front 1"])
        assert not OperatorAction.objects.exists()
    else:
        assert (changed, row.state, effects()) == (1, "skipped", [])
        assert OperatorAction.objects.get().actor == "alice"


def test_an_event_that_arrives_during_a_skip_is_handled_after_it_and_once(
    door: SlowDoor, elsewhere: Callable[..., Future[Any]]
) -> None:
    row = parked()
    door.refuses, door.slow = False, True
    # The front door's second event sees the first in its way; the back door holds their transaction open.
    arrival = elsewhere(receive, knock(2), knock(7, at="back"))
    assert door.entered.wait(20)

    assert skip(row.pk) == 1
    door.go_on.set()
    arrival.result(20)
    assert effects() == ["back 7"]
    retry()

    assert effects() == ["back 7", "front 2"]
    assert sorted(InboxMessage.objects.values_list("state", flat=True)) == ["done", "done", "skipped"]


def test_two_operators_change_a_message_once(door: SlowDoor, elsewhere: Callable[..., Future[Any]]) -> None:
    ids = [parked().pk]
    InboxMessage.objects.update(state="dead")

    both = [elsewhere(skip, ids[0]), elsewhere(skip, ids[0])]

    assert sorted(one.result(20) for one in both) == [0, 1]
    assert OperatorAction.objects.count() == 1
