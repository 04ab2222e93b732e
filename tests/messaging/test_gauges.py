"""What /metrics says of messages that do not move."""

import pytest

from tests.messaging.conftest import MakeInbox, MakeOutbox, ago
from tests.telemetry.numbers import Numbers


def test_what_stands_still_is_told_with_its_age(received: MakeInbox, published: MakeOutbox) -> None:
    published(created_at=ago(minutes=5))
    published(not_before=ago(hours=-1))
    published(attempts=1, not_before=ago(seconds=-9), created_at=ago(minutes=9))
    received("parked", received_at=ago(hours=1))
    received("waiting")
    dead = received("dead", received_at=ago(hours=2))
    received("dead")

    now = Numbers.now()

    state = "ready", "held_back", "scheduled"
    assert [now.of("shop_outbox_unsent", module="inventory", state=one) for one in state] == [1, 1, 1]
    assert 540 <= now.of("shop_outbox_oldest_unsent_seconds", module="inventory") < 600
    state = "parked", "waiting", "dead"
    assert [now.of("shop_inbox_unhandled", module="inventory", state=one) for one in state] == [1, 1, 2]
    assert 7200 <= now.of("shop_inbox_oldest_unhandled_seconds", module="inventory") < 7260
    oldest = {"module": "inventory", "consumer": "door", "event_id": dead.event_id}
    assert now.of("shop_inbox_oldest_dead_seconds", **oldest) == pytest.approx(7200, abs=60)
    assert now.values("event_id") == {str(dead.event_id)}
