"""What RabbitMQ does not take is not marked as sent; what nobody can read does no harm."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from socket import SHUT_RDWR
from typing import Any
from uuid import UUID, uuid4

import amqp
import pytest
from django.db import transaction

from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.models import OutboxMessage, outbox_of
from shop.building_blocks.messaging.outbox import Claimed, claim, settle
from shop.building_blocks.messaging.rabbitmq.connection import connect, pump
from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher
from shop.building_blocks.messaging.rabbitmq.subscriber import RabbitSubscriber, Received
from shop.building_blocks.messaging.rabbitmq.topology import exchange, queue
from shop.modules.catalog.contracts import ProductCreated
from shop.modules.identity.contracts import UserRegistered
from tests.support import a_product, eventually, forget_topology
from tests.telemetry.numbers import Numbers, since

REFUSED = "shop_outbox_refused_total"

A_MUG = ProductCreated(
    product_id=uuid4(),
    version=1,
    sku="MUG-1",
    name="Mug",
    price=Decimal(1),
    currency="USD",
    inventory_id=uuid4(),
    quantity=0,
)

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_topology(settings: Any) -> Iterator[None]:
    settings.MESSAGING = {"namespace": f"test-{uuid4().hex[:8]}", "confirm_timeout": 5.0}
    yield
    forget_topology()


@pytest.fixture
def publisher() -> Iterator[RabbitPublisher]:
    opened = RabbitPublisher()
    yield opened
    opened.close()


@pytest.fixture
def inventory() -> Iterator[RabbitSubscriber]:
    """A subscriber to every partition of the inventory."""
    opened = RabbitSubscriber("inventory")
    for partition in range(8):
        opened.subscribe(partition)
    yield opened
    opened.close()


def relay(module: str, publisher: RabbitPublisher) -> list[OutboxMessage]:
    """One batch; the rows as they are afterwards."""
    messages = claim(module, range(8), 100)
    batch = publisher.finish(publisher.begin(messages))
    settle(module, batch.taken, batch.refused)
    return list(outbox_of(module).filter(id__in=[message.id for message in messages]))


def publish_versions_of(product_id: UUID, count: int) -> list[Claimed]:
    """Unsent events of one aggregate."""
    with transaction.atomic(using="catalog"):
        for version in range(1, count + 1):
            outbox.publish(replace(A_MUG, product_id=product_id, version=version))
    return [one for one in claim("catalog", range(8), 100) if one.subject == str(product_id)]


def test_an_event_arrives_at_the_queue_of_its_aggregates_partition(
    publisher: RabbitPublisher, inventory: RabbitSubscriber
) -> None:
    product_id = a_product()

    relay("catalog", publisher)

    (event,) = eventually(lambda: inventory.receive(10, timeout=0.1).events)
    assert event.type == "catalog.product_created.v1"
    assert event.subject == str(product_id)
    assert claim("catalog", range(8), 10) == []


def test_events_of_an_aggregate_arrive_in_the_order_of_their_publication(
    publisher: RabbitPublisher, inventory: RabbitSubscriber
) -> None:
    products = [str(a_product(sku=f"MUG-{number}")) for number in range(40)]

    relay("catalog", publisher)

    arrived: list[str] = []
    while len(arrived) < 40:
        arrived += [event.subject for event in inventory.receive(50, timeout=1).events]
        inventory.ack()
    for partition in range(8):
        here = [product for product in products if outbox.partition_of(product) == partition]
        assert [product for product in arrived if product in here] == here


def test_two_batches_under_way_do_not_wait_for_each_other(publisher: RabbitPublisher) -> None:
    slow, quick = (publish_versions_of(uuid4(), count) for count in (30, 2))
    first, second = publisher.begin(slow), publisher.begin(quick)

    publisher.finish(first)  # meanwhile the first event of the second batch is confirmed, too
    publisher.finish(second)

    assert first.taken == slow
    assert second.taken == quick


def test_an_event_without_a_queue_stays_with_the_reason(publisher: RabbitPublisher) -> None:
    product_id, before = a_product(), Numbers.now()
    publisher._channel.queue_delete(queue("inventory", outbox.partition_of(str(product_id))))

    (message,) = relay("catalog", publisher)

    assert message.published_at is None
    assert message.error.startswith("no queue is bound to catalog.product_created.v1.")
    assert since(before, REFUSED, module="catalog", reason="returned") == 1


def test_an_event_that_a_full_queue_refuses_is_counted(publisher: RabbitPublisher) -> None:
    product_id, before = uuid4(), Numbers.now()
    first, second = publish_versions_of(product_id, 2)
    full = queue("inventory", first.partition)
    publisher._channel.queue_delete(full)
    room_for_one = {"x-max-length": 1, "x-overflow": "reject-publish"}
    publisher._channel.queue_declare(full, durable=True, auto_delete=False, arguments=room_for_one)
    publisher._channel.queue_bind(full, exchange(), f"{first.type}.{first.partition}")

    batch = publisher.begin([first, second])
    while not batch.is_settled:
        publisher._write(batch)
        assert pump(publisher._connection, 5)

    assert batch.taken == [first]
    assert batch.refused == {second: "refused by the broker"}
    assert since(before, REFUSED, module="catalog", reason="nacked") == 1


def test_a_refused_event_is_not_overtaken_by_a_later_one_of_its_aggregate(
    publisher: RabbitPublisher, inventory: RabbitSubscriber
) -> None:
    product_id, other = a_product(sku="MUG-1"), a_product(sku="MUG-2")
    with transaction.atomic(using="catalog"):
        outbox.publish(replace(A_MUG, product_id=product_id, version=2))
    first, second, third = claim("catalog", range(8), 10)
    nowhere = first._replace(type="catalog.product_created.v1.nowhere")
    publisher._wanted.add(nowhere.type)

    batch = publisher.finish(publisher.begin([nowhere, second, third]))

    assert [message.subject for message in batch.taken] == [str(other)]
    assert [message.subject for message in batch.refused] == [str(product_id)]
    assert [event.subject for event in inventory.receive(10, timeout=1).events] == [str(other)]


def test_events_of_one_aggregate_follow_each_other_within_a_batch(
    publisher: RabbitPublisher, inventory: RabbitSubscriber
) -> None:
    product_id = a_product()
    with transaction.atomic(using="catalog"):
        for version in range(2, 30):
            outbox.publish(replace(A_MUG, product_id=product_id, version=version))

    relay("catalog", publisher)

    arrived: list[int] = []
    while len(arrived) < 29:
        arrived += [event.aggregateversion for event in inventory.receive(50, timeout=1).events]
    assert arrived == list(range(1, 30))


def test_an_event_that_no_module_consumes_is_published_for_others(publisher: RabbitPublisher) -> None:
    with transaction.atomic(using="identity"):
        outbox.publish(UserRegistered(user_id=uuid4(), version=1))

    (message,) = relay("identity", publisher)

    assert message.published_at is not None


def test_a_lost_connection_marks_nothing(publisher: RabbitPublisher) -> None:
    a_product()
    publisher._connection.transport.sock.shutdown(SHUT_RDWR)

    with pytest.raises((OSError, amqp.AMQPError)):
        relay("catalog", publisher)

    assert len(claim("catalog", range(8), 10)) == 1


def test_a_body_that_nobody_can_read_is_told_apart_from_its_neighbours(
    publisher: RabbitPublisher, inventory: RabbitSubscriber
) -> None:
    product_id = a_product()
    (message,) = claim("catalog", range(8), 1)
    too_long = message.body.replace(str(product_id), "x" * 81)
    bodies = ("not json", '{"specversion": "1.0"}', "[" * 100_000, too_long)
    stranger = connect()
    for body in bodies:
        key = f"{message.type}.{message.partition}"
        stranger.channel(1).basic_publish(amqp.Message(body), exchange(), key)
    stranger.close()
    relay("catalog", publisher)

    received = inventory.receive(5, timeout=5)
    while len(received.unreadable) + len(received.events) < 5:
        more = inventory.receive(5, timeout=5)
        received = Received(received.events + more.events, set(), received.unreadable + more.unreadable)

    assert [event.subject for event in received.events] == [str(product_id)]
    assert [one.body.decode() for one in received.unreadable] == list(bodies)
    assert {one.partition for one in received.unreadable} == {message.partition}


def test_what_was_not_acknowledged_comes_again_and_is_a_suspect_after_some_times(
    publisher: RabbitPublisher, inventory: RabbitSubscriber
) -> None:
    product_id = a_product()
    relay("catalog", publisher)
    eventually(lambda: inventory.receive(10, timeout=0.1).events)
    inventory.close()

    suspected = []
    for _ in range(4):
        again = RabbitSubscriber("inventory")
        again.subscribe(outbox.partition_of(str(product_id)))
        received = again.receive(10, timeout=5)
        again.close()
        assert [event.subject for event in received.events] == [str(product_id)]
        suspected.append(len(received.suspects))

    assert suspected == [0, 0, 1, 1]
