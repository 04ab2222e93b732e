"""Every arrow of the inbox: done, parked, waiting, dead."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from django.utils import timezone
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging import inbox, retries
from shop.building_blocks.messaging.events import Envelope, IntegrationEvent
from shop.building_blocks.messaging.registry import Consumer, _consumers
from shop.modules.inventory.models import InboxMessage, Inventory
from tests.telemetry.numbers import Numbers, since

pytestmark = pytest.mark.django_db


@dataclass(frozen=True, kw_only=True)
class Knocked(IntegrationEvent):
    type: ClassVar[str] = "catalog.knocked.v1"
    aggregate: ClassVar[str] = "door"

    door: str


class Door:
    """A consumer of the inventory that can be told to fail, and leaves an effect in its database."""

    def __init__(self) -> None:
        self.refuses: set[int] = set()

    def __call__(self, event: Knocked) -> None:
        Inventory.objects.create(name=f"{event.door} {event.version}")
        if event.version in self.refuses:
            raise RuntimeError("the door is stuck")

    @property
    def effects(self) -> list[str]:
        return list(Inventory.objects.order_by("id").values_list("name", flat=True))


@pytest.fixture
def door(db: None) -> Iterator[Door]:
    opened = Door()
    _consumers["inventory"]["door"] = Consumer("door", Knocked, opened)
    yield opened
    del _consumers["inventory"]["door"]


def knocks(*versions: int, at: str = "front") -> list[Envelope]:
    return [Envelope.of(Knocked(door=at, version=version)) for version in versions]


def receive(*events: Envelope) -> None:
    inbox.consume("inventory", events, guard=lambda: None)


def retry(later: timedelta = timedelta()) -> None:
    """As if ``later`` had passed."""
    for row in InboxMessage.objects.exclude(next_attempt_at=None):
        InboxMessage.objects.filter(pk=row.pk).update(next_attempt_at=due(row) - later)
    retries.retry("inventory", range(8), guard=lambda: None)


def due(row: InboxMessage) -> datetime:
    assert row.next_attempt_at is not None
    return row.next_attempt_at


def states() -> dict[UUID, str]:
    return dict(InboxMessage.objects.values_list("event_id", "state"))


def test_handles_an_event_once_however_often_it_arrives(door: Door) -> None:
    (event,) = knocks(1)

    receive(event)
    receive(event, event)

    assert door.effects == ["front 1"]
    assert states() == {event.id: "done"}


def test_a_failing_event_leaves_no_effect_and_its_neighbours_are_handled(door: Door) -> None:
    door.refuses = {2}
    front, back = knocks(1, 2, at="front"), knocks(7, at="back")

    receive(*front, *back)

    assert door.effects == ["front 1", "back 7"]
    assert states() == {front[0].id: "done", front[1].id: "parked", back[0].id: "done"}
    assert InboxMessage.objects.get(state="parked").error == "RuntimeError: the door is stuck"


def test_later_events_of_the_aggregate_wait_behind_a_failed_one_in_order(door: Door) -> None:
    door.refuses = {1}
    receive(*knocks(1, 2))
    receive(*knocks(3))
    assert door.effects == []

    door.refuses = set()
    retry(later=timedelta(minutes=5))

    assert door.effects == ["front 1", "front 2", "front 3"]
    assert set(states().values()) == {"done"}


def test_what_only_waited_is_not_counted_as_tried_again(door: Door) -> None:
    before = Numbers.now()
    door.refuses = {1}
    receive(*knocks(1, 2, 3))
    door.refuses = set()

    retry(later=timedelta(minutes=5))

    assert len(door.effects) == 3
    assert since(before, "shop_inbox_retries_total", consumer="door") == 1


def test_is_not_tried_again_before_its_time(door: Door) -> None:
    door.refuses = {1}
    receive(*knocks(1))
    door.refuses = set()

    retry(later=timedelta(0))

    assert door.effects == []
    assert InboxMessage.objects.get().attempts == 1


def test_each_attempt_waits_longer_than_the_one_before(door: Door) -> None:
    door.refuses = {1}
    receive(*knocks(1))

    pauses = []
    for _ in range(4):
        row = InboxMessage.objects.get()
        pauses.append((due(row) - timezone.now()).total_seconds())
        retry(later=timedelta(minutes=5))

    assert [0.4 * 2**n < pause < 1.6 * 2**n for n, pause in enumerate(pauses)] == [True] * 4


def test_is_dead_after_the_last_attempt_and_still_holds_back_its_aggregate(door: Door) -> None:
    door.refuses = {1}
    receive(*knocks(1, 2))

    for _ in range(20):
        retry(later=timedelta(minutes=10))

    assert sorted(states().values()) == ["dead", "waiting"]
    assert InboxMessage.objects.get(state="dead").attempts == 12
    assert door.effects == []


def test_what_waited_behind_a_skipped_event_is_handled(door: Door) -> None:
    door.refuses = {1}
    receive(*knocks(1, 2))
    InboxMessage.objects.filter(state="parked").update(state="skipped")

    retry()

    assert door.effects == ["front 2"]


def test_an_event_whose_data_is_not_what_the_contract_says_is_parked_with_the_reason(door: Door) -> None:
    (event,) = knocks(1)
    receive(Envelope.decode(event.encode().replace('"version":1', '"version":"one"')))

    assert door.effects == []
    assert "Expected `int`, got `str`" in InboxMessage.objects.get().error


def test_fields_that_this_version_does_not_know_are_left_alone(door: Door) -> None:
    (event,) = knocks(1)
    receive(Envelope.decode(event.encode().replace('"version":1', '"version":1,"colour":"green"')))

    assert door.effects == ["front 1"]


def test_parks_nothing_once_its_lane_is_lost(door: Door) -> None:
    class LaneLost(Exception):
        pass

    def guard() -> None:
        raise LaneLost

    door.refuses = {1}
    with pytest.raises(LaneLost):
        inbox.consume("inventory", knocks(1), guard)

    assert states() == {}


def test_a_consumer_that_is_gone_leaves_its_parked_event_with_the_reason(door: Door) -> None:
    door.refuses = {1}
    receive(*knocks(1))
    _consumers["inventory"]["gone"] = _consumers["inventory"].pop("door")

    retry(later=timedelta(minutes=5))

    _consumers["inventory"]["door"] = _consumers["inventory"].pop("gone")
    assert "no consumer door any more" in InboxMessage.objects.get().error


def test_ids_of_aggregates_do_not_matter_to_the_state_of_others(door: Door) -> None:
    door.refuses = {1}
    subjects = [str(uuid7()) for _ in range(20)]

    receive(*[event for subject in subjects for event in knocks(1, 2, at=subject)])
    door.refuses = set()
    retry(later=timedelta(minutes=5))

    assert sorted(door.effects) == sorted(f"{subject} {n}" for subject in subjects for n in (1, 2))


def test_a_handler_that_exits_fails_like_any_other(door: Door) -> None:
    def leave(_event: Knocked) -> None:
        raise SystemExit("goodbye")

    _consumers["inventory"]["door"] = Consumer("door", Knocked, leave)
    (event,) = knocks(1)

    receive(event)

    assert states() == {event.id: "parked"}
    assert "SystemExit('goodbye')" in InboxMessage.objects.get().error


def test_an_event_of_a_type_that_nobody_knows_is_kept_until_somebody_does(door: Door) -> None:
    consumer = _consumers["inventory"].pop("door")
    (event,) = knocks(1)

    receive(event)

    assert states() == {event.id: "parked"}
    assert "nothing here consumes catalog.knocked.v1" in InboxMessage.objects.get().error

    _consumers["inventory"]["door"] = consumer
    retry(later=timedelta(minutes=5))

    assert door.effects == ["front 1"]
    assert set(InboxMessage.objects.values_list("consumer", "state")) == {
        ("unknown", "done"),
        ("door", "done"),
    }


def test_a_message_that_cannot_be_read_is_kept_dead_with_the_reason_once() -> None:
    for _ in range(2):
        inbox.keep_unreadable("inventory", 3, b"\xff\x00 no event", "not JSON")

    kept = InboxMessage.objects.get()
    assert (kept.state, kept.partition, kept.error) == ("dead", 3, "unreadable: not JSON")
    assert "no event" in kept.body


def test_an_event_that_ends_its_process_is_dead_after_its_attempts_and_others_flow(door: Door) -> None:
    class ProcessEnds(BaseException):
        """As far as the database can tell."""

    def kill(event: Knocked) -> None:
        if event.door == "front":
            raise ProcessEnds
        door(event)

    _consumers["inventory"]["door"] = Consumer("door", Knocked, kill)
    killer, good = knocks(1), knocks(1, at="back")
    with pytest.raises(ProcessEnds):
        receive(*killer, *good)

    inbox.consume("inventory", [*killer, *good], lambda: None, suspects={killer[0].id, good[0].id})
    for _ in range(30):
        with suppress(ProcessEnds):
            retry(later=timedelta(minutes=10))

    assert states() == {killer[0].id: "dead", good[0].id: "done"}
    assert door.effects == ["back 1"]
    assert InboxMessage.objects.get(state="dead").attempts == 12
