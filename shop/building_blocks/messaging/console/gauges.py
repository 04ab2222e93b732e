"""How the messages of each module stand, found out when somebody asks.

Not by the relay or a consumer: one that is dead would leave the age of what it does not do as it was.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from psycopg.errors import ConnectionTimeout

from shop.building_blocks import modules
from shop.building_blocks.database.deadline import deadline
from shop.building_blocks.messaging.console.status import Status, status
from shop.building_blocks.messaging.lanes import held
from shop.building_blocks.messaging.models import InboxState, inbox_of
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.messaging.settings import limits

_MILLISECONDS = 2000

Server = tuple[Any, Any]
Sample = tuple[str, tuple[str, ...], float]
"""The name of a family, the values of its labels, and the value."""

FAMILIES: dict[str, tuple[str, tuple[str, ...]]] = {
    "shop_module_up": ("Whether the module's database says all of the following.", ("module",)),
    "shop_outbox_unsent": ("Events that are not sent.", ("module", "state")),
    "shop_outbox_oldest_unsent_seconds": ("Age of the oldest event that should be sent.", ("module",)),
    "shop_inbox_unhandled": ("Events that are not handled.", ("module", "state")),
    "shop_inbox_oldest_unhandled_seconds": ("Age of the oldest of these.", ("module",)),
    "shop_inbox_oldest_dead_seconds": ("The oldest dead event.", ("module", "consumer", "event_id")),
    "shop_lanes": ("Lanes that somebody should hold.", ("module", "kind")),
    "shop_lanes_held": ("Lanes that somebody holds.", ("module", "kind")),
}


class Messages(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        families = {
            name: GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in FAMILIES.items()
        }
        silent: set[Server] = set()
        for module in modules.names():
            for name, labels, value in _samples(module, silent):
                families[name].add_metric(labels, value)
        yield from families.values()

    def describe(self) -> list[Any]:
        """Nothing, so that who registers it does not ask the databases yet."""
        return []


def _samples(module: str, silent: set[Server]) -> list[Sample]:
    """A module whose database is away hides none of the others, and only says so.

    Whoever asks has no patience to wait for a ``silent`` server once per module: Prometheus goes after 10 s.
    """
    known = connections[module].settings_dict
    server = known["HOST"], known["PORT"]
    if server in silent:
        return _away(module)
    try:
        with deadline(module, _MILLISECONDS):
            return [
                ("shop_module_up", (module,), 1),
                *_messages(status(module)),
                *_dead(module),
                *_lanes(module),
            ]
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is "no"
        if isinstance(error.__cause__, ConnectionTimeout):
            silent.add(server)
        return _away(module)


def _away(module: str) -> list[Sample]:
    return [("shop_module_up", (module,), 0)]


def _messages(known: Status) -> Iterator[Sample]:
    module = known.module
    unsent = {"ready": known.unsent, "held_back": known.held_back, "scheduled": known.scheduled}
    unhandled = {"parked": known.parked, "waiting": known.waiting, "dead": known.dead}
    ages = {
        "shop_outbox_oldest_unsent_seconds": known.oldest_unsent,
        "shop_inbox_oldest_unhandled_seconds": known.oldest_unhandled,
    }
    yield from (("shop_outbox_unsent", (module, state), count) for state, count in unsent.items())
    yield from (("shop_inbox_unhandled", (module, state), count) for state, count in unhandled.items())
    yield from ((name, (module,), age.total_seconds() if age else 0) for name, age in ages.items())


def _dead(module: str) -> Iterator[Sample]:
    """One, so that an alert can name it: ids are labels nowhere else."""
    dead = inbox_of(module).filter(state=InboxState.DEAD).order_by("pk")
    for row in dead.only("consumer", "event_id", "received_at")[:1]:
        age = (timezone.now() - row.received_at).total_seconds()
        yield "shop_inbox_oldest_dead_seconds", (module, row.consumer, str(row.event_id)), age


def _lanes(module: str) -> Iterator[Sample]:
    for kind, count in _kinds(module).items():
        yield "shop_lanes", (module, kind), count
        yield "shop_lanes_held", (module, kind), held(module, kind, count)


def _kinds(module: str) -> dict[str, int]:
    if not settings.BROKER_URL:
        return {"bus": 1} if module == modules.names()[0] else {}
    consumes = {"inbox": limits().partitions} if types_consumed(module) else {}
    return {"relay": limits().partitions, **consumes}
