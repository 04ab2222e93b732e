"""The few sentences that tests of all kinds share."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from secrets import token_urlsafe
from threading import Barrier
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.test import APIClient
from uuid_utils.compat import uuid7

from shop.building_blocks import modules
from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.inprocess import carry
from shop.building_blocks.messaging.rabbitmq.connection import connect
from shop.building_blocks.messaging.rabbitmq.topology import exchange, queue
from shop.building_blocks.messaging.settings import limits
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.identity.models import Client
from shop.modules.inventory.features.create_inventory import CreateInventory


def deliver_events() -> None:
    """Carry every event to everybody who wants it, and what they publish then, until all is quiet."""
    while carry(guard=lambda: None):
        pass


def eventually(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """The first true answer of ``condition``; AssertionError when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)
    return answer


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of them returned or was refused, having begun together in sessions of their own."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            start.wait(20)
            return work()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def a_client_with(*scopes: str, user: UUID | None = None) -> APIClient:
    """An API client of its own that carries a token of these scopes, given to it by a user or its own."""
    token = token_urlsafe()
    AccessToken.objects.create(
        token=token,
        scope=" ".join(scopes),
        user_id=user,
        expires=timezone.now() + timedelta(minutes=5),
        application=Client.objects.create(client_id=token_urlsafe(), scopes=" ".join(scopes)),
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def an_inventory(name: str = "food") -> UUID:
    return send(CreateInventory(name=name))


def mug(**fields: Any) -> dict[str, Any]:
    """The fields of ``CreateProduct``."""
    known = {"sku": "MUG-1", "name": "Mug", "price": Decimal("9.50"), "inventory_id": uuid7(), "quantity": 12}
    return known | fields


def a_product(**fields: Any) -> UUID:
    return send(CreateProduct(**mug(**fields)))


def migrate_to(module: str, name: str | None = None) -> Any:
    """The apps as they were after this migration; or as they are now."""
    executor = MigrationExecutor(connections[module])
    targets = [(module, name)] if name else executor.loader.graph.leaf_nodes(module)
    return executor.migrate(targets).apps


def lose_table(name: str) -> None:
    """Until the test's transaction is rolled back."""
    with connections[name.partition("_")[0]].cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO lost")


def forget_topology() -> None:
    """Delete the exchanges and queues of this namespace from the broker."""
    connection = connect()
    channel = connection.channel()
    for module in modules.names():
        for partition in range(limits().partitions):
            channel.queue_delete(queue(module, partition))
    channel.exchange_delete(exchange())
    connection.close()
