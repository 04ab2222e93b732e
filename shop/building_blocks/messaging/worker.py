"""Relay and consumers as resident threads of ``celery worker``, in its main process whatever the pool."""

import sys
from contextlib import ExitStack
from typing import Any

from celery import bootsteps
from celery.signals import worker_shutting_down
from django.conf import settings

from shop.building_blocks import modules
from shop.building_blocks.messaging.consumer import ConsumerLoop
from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.messaging.relay import Relay
from shop.building_blocks.messaging.resident import Resident, are_well, ask_to_stop, running
from shop.building_blocks.telemetry.metrics.instruments import begin_to_relay
from shop.building_blocks.telemetry.metrics.listener import listening
from shop.building_blocks.telemetry.metrics.sending import sending
from shop.building_blocks.telemetry.pulse import beating

_SWITCH_INTERVAL = 0.0005
"""Seconds that a thread may go on while another one waits for the interpreter. Python's own 5 ms would be
most of an event's way: from commit to effect it goes through four threads."""


class Messaging(bootsteps.StartStopStep):
    """Starts after the pool and ``-B``: a child forked later would inherit the sockets, and so the locks."""

    requires = ("celery.worker.components:Pool", "celery.worker.components:Beat")

    def __init__(self, worker: Any, **kwargs: Any) -> None:
        super().__init__(worker, **kwargs)
        self._threads = ExitStack()

    def start(self, _worker: Any) -> None:
        sys.setswitchinterval(_SWITCH_INTERVAL)
        self._threads.enter_context(sending())
        self._threads.enter_context(listening())
        self._threads.enter_context(running(residents()))
        self._threads.enter_context(beating(settings.HEALTH_DIR, "worker", are_well))
        worker_shutting_down.connect(ask_to_stop)  # Celery itself comes to ``stop`` seconds after the signal

    def stop(self, _worker: Any) -> None:
        """Warm shutdown: batches in hand are finished and acknowledged, lanes are given back."""
        self._threads.close()


def residents() -> list[Resident]:
    """A relay per module, and an inbox per module that consumes."""
    relays = [_relay(module) for module in modules.names()]
    return relays + [_inbox(module) for module in modules.names() if types_consumed(module)]


def _relay(module: str) -> Resident:
    begin_to_relay(module)
    return Resident(
        "relay",
        lambda stopping, beat: Relay(module, RabbitPublisher, stopping, beat),
        module,
    )


def _inbox(module: str) -> Resident:
    return Resident(
        "inbox",
        lambda stopping, beat: ConsumerLoop(module, stopping, beat),
        module,
    )
