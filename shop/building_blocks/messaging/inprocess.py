"""No broker: one thread carries every module's outbox into every inbox that wants it.

The same tables, the same inbox and the same promises as with a broker. An event is marked as published
only after every consumer's inbox has it, so a crash at any moment delivers it again and the inbox keeps
it to one effect.
"""

import threading
from collections.abc import Callable, Sequence

from django.conf import settings

from shop.building_blocks import modules
from shop.building_blocks.messaging import inbox, retries, wake
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.inbox import Guard
from shop.building_blocks.messaging.lanes import lanes_for
from shop.building_blocks.messaging.outbox import Claimed, claim, promote, settle
from shop.building_blocks.messaging.registry import types_consumed, types_consumed_elsewhere
from shop.building_blocks.messaging.resident import Resident
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.messaging.tasks import Housekeeping
from shop.building_blocks.messaging.tracing import Sending

_NO_WAY = "a module that does not run in this process wants it: set BROKER_URL, or start all modules here"


class Bus:
    """Carries events on its own thread until told to stop; the event in hand is finished.

    One lane for the whole bus: of several processes one carries, and another takes over when it dies.
    """

    def __init__(self, stopping: threading.Event, beat: Callable[[], None]) -> None:
        self.stopping, self.beat = stopping, beat

    def run(self) -> None:
        lane = lanes_for(modules.names()[0], "bus", count=1)
        try:
            while not self.stopping.is_set():
                self.beat()
                wake.local.clear()
                lane.balance()
                if not (lane.held and carry(lane.check)):
                    wake.local.wait(limits().idle_poll)
        finally:
            lane.close()


def carry(guard: Guard) -> bool:
    """Deliver a batch of every module's events, and retry what failed. True if something moved."""
    delivered = [_deliver(module, guard) for module in modules.names()]
    retried = [_retry(module, guard) for module in modules.names()]
    return any(delivered + retried)


def _deliver(module: str, guard: Guard) -> bool:
    promote(module)
    messages = claim(module, range(limits().partitions), limits().inbox_batch)
    envelopes, refused = _read(messages)
    taken = [message for message in messages if message not in refused]
    with Sending(taken):
        for consuming in modules.names():
            wanted = [envelope for envelope in envelopes if envelope.type in types_consumed(consuming)]
            if wanted:
                inbox.consume(consuming, wanted, guard)
    settle(module, taken, refused)
    return bool(messages)


def _read(messages: Sequence[Claimed]) -> tuple[list[Envelope], dict[Claimed, str]]:
    """The envelopes, and the reason for each message that has none."""
    envelopes: list[Envelope] = []
    refused: dict[Claimed, str] = {}
    unreachable = types_consumed_elsewhere()
    for message in messages:
        try:
            envelope = Envelope.decode(message.body)
        except (ValueError, RecursionError) as error:
            refused[message] = f"unreadable: {error}"
            continue
        if envelope.type in unreachable:
            refused[message] = _NO_WAY
        else:
            envelopes.append(envelope)
    return envelopes, refused


def _retry(module: str, guard: Guard) -> bool:
    return retries.retry(module, range(limits().partitions), guard) == 0


def residents() -> list[Resident]:
    """The threads of a process that is to carry the events, or none when a broker does it."""
    return [] if settings.BROKER_URL else [Resident("bus", Bus), Resident("housekeeping", Housekeeping)]
