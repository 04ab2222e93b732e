"""How a module's messages stand, in numbers and in words."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from pytest_django.fixtures import Settings

from shop.building_blocks.messaging.console.diagnosis import why_stuck
from shop.building_blocks.messaging.console.status import Status, status
from shop.building_blocks.messaging.lanes import lanes_for
from shop.building_blocks.messaging.outbox import note_trouble
from tests.messaging.conftest import MakeInbox, MakeOutbox, ago

pytestmark = pytest.mark.django_db
LATER = timedelta(seconds=90)


@pytest.fixture
def _worker(db: None) -> Iterator[None]:
    """Who holds the lanes of the inventory, and on SQLite those of the bus, which are the same."""
    on_postgresql = connections["inventory"].vendor == "postgresql"
    held = [("inventory", "relay"), ("inventory", "inbox")] if on_postgresql else [("catalog", "bus")]
    lanes = [lanes_for(*one) for one in held]
    for one in lanes:
        one.balance()
    yield
    if on_postgresql:
        with connections["inventory"].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
    else:
        lanes[0].close()


def hold_back(published: MakeOutbox, **fields: object) -> None:
    published(not_before=timezone.now() + LATER, attempts=1, error="no queue is bound", **fields)


def test_an_idle_module_has_nothing_unfinished(received: MakeInbox, published: MakeOutbox) -> None:
    received("done")
    received("skipped")
    published(published_at=timezone.now())

    assert status("inventory") == Status(
        module="inventory", unsent=0, held_back=0, scheduled=0, oldest_unsent=None,
        parked=0, waiting=0, dead=0, oldest_unhandled=None,
    )  # fmt: skip


def test_counts_what_is_unfinished_and_how_old_it_is(received: MakeInbox, published: MakeOutbox) -> None:
    published(created_at=ago(minutes=2))
    hold_back(published, created_at=ago(minutes=5))
    published(not_before=timezone.now() + LATER, created_at=ago(days=1))
    for state in ("parked", "waiting", "waiting", "dead"):
        received(state, received_at=ago(hours=1))

    known = status("inventory")

    assert (known.unsent, known.held_back, known.scheduled) == (1, 1, 1)
    assert (known.parked, known.waiting, known.dead) == (1, 2, 1)
    assert known.oldest_unsent is not None
    assert timedelta(minutes=5) <= known.oldest_unsent < timedelta(minutes=6)
    assert known.oldest_unhandled is not None
    assert timedelta(hours=1) <= known.oldest_unhandled < timedelta(hours=2)


@pytest.mark.usefixtures("_worker")
def test_says_so_when_nothing_is_stuck(received: MakeInbox, published: MakeOutbox) -> None:
    received("done")
    published()
    published(not_before=timezone.now() + LATER)

    assert why_stuck("inventory") == "Nothing is stuck."


@pytest.mark.usefixtures("_worker")
def test_names_the_consumer_of_dead_events_their_error_and_what_waits(received: MakeInbox) -> None:
    for subject in ("front", "back"):
        received("dead", subject=subject, error="UnknownInventory: There is no inventory 7.")
    for subject in ("front", "front", "back", "cellar"):
        received("waiting", subject=subject)
    received("waiting", subject="front", consumer="another")

    assert why_stuck("inventory") == (
        "2 events are dead in inventory at door: UnknownInventory: There is no inventory 7; 3 wait behind."
    )


@pytest.mark.usefixtures("_worker")
def test_tells_what_failed_and_will_be_tried_again(received: MakeInbox) -> None:
    received("parked", error="RuntimeError: the door is stuck", next_attempt_at=timezone.now() + LATER)

    assert why_stuck("inventory") == (
        "1 event will be tried again in inventory at door: RuntimeError: the door is stuck."
    )


@pytest.mark.usefixtures("_worker")
def test_tells_why_events_are_held_back_and_until_when(published: MakeOutbox) -> None:
    hold_back(published)
    hold_back(published)

    assert why_stuck("inventory") == "2 events are held back: no queue is bound, next try in 1 min."


@pytest.mark.usefixtures("_worker")
def test_notices_that_nothing_is_sent_any_more(published: MakeOutbox) -> None:
    published(created_at=ago(minutes=3))

    assert why_stuck("inventory").startswith("1 event waits to be sent, the oldest for 3 min")


@pytest.mark.postgresql  # on SQLite only the holder of the file's lock can tell
def test_notices_that_no_worker_is_there() -> None:
    assert why_stuck("inventory") == (
        "No relay holds inventory's lanes: is a worker running? "
        "No consumer holds inventory's lanes: is a worker running?"
    )
    assert "No relay holds identity's lanes" in why_stuck("identity")
    assert "consumer" not in why_stuck("identity"), "identity consumes nothing"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_notices_that_no_process_carries_the_events_without_a_broker(settings: Settings) -> None:
    settings.BROKER_URL = ""

    assert why_stuck("inventory") == "No process carries the events: is the web process running?"

    with closing(lanes_for("catalog", "bus", count=1)) as lane:
        lane.balance()
        assert why_stuck("inventory") == "Nothing is stuck."


@pytest.mark.usefixtures("_worker")
def test_tells_what_the_relay_last_stumbled_over(published: MakeOutbox) -> None:
    published(created_at=ago(minutes=3))
    published(created_at=ago(minutes=2))

    note_trouble("inventory", "Connection refused")

    assert why_stuck("inventory") == "2 events wait to be sent, the oldest for 3 min: Connection refused."
