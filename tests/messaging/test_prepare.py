"""What a new version needs at the broker is there before any of its processes."""

from contextlib import closing
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from shop.building_blocks.messaging.rabbitmq.connection import connect
from shop.building_blocks.messaging.rabbitmq.topology import queue
from tests.support import forget_topology
from tools.private_server import free_port

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _nothing_else(settings: Settings) -> None:
    settings.DATABASE_ADMIN_URL, settings.DEMO = "", False
    settings.MESSAGING = {"namespace": f"test-{uuid4().hex[:8]}"}


def test_events_find_the_queues_of_a_version_that_has_never_run_yet() -> None:
    call_command("prepare", verbosity=0)

    with closing(connect()) as connection:
        for module in ("catalog", "inventory"):
            connection.channel().queue_declare(queue(module, 0), passive=True)
    forget_topology()


def test_without_a_broker_it_says_so(settings: Settings) -> None:
    settings.BROKER_URL = f"amqp://127.0.0.1:{free_port()}//"

    with pytest.raises(CommandError, match="The broker does not answer at BROKER_URL"):
        call_command("prepare", verbosity=0)
