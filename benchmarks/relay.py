"""Backlog drain of one relay, beside publishing the same bytes by pipelined confirms without a database."""

from collections.abc import Sequence
from decimal import Decimal
from time import sleep
from uuid import uuid4

from django.db import connections
from django.db.models import Max, Min

from benchmarks.harness import configure, databases, per_second, show, timed
from shop.building_blocks.messaging.resident import Resident, running
from shop.building_blocks.messaging.settings import Messaging

EVENTS, AGGREGATES, PASSES = 20_000, 1_000, 5
BATCH = Messaging().relay_batch
FEW, MANY, KEPT = 1_000, 1_000_000, "catalog.sent_long_ago.v1"
RETAINED = """
    INSERT INTO catalog_outboxmessage (event_id, type, subject, partition, body, created_at, attempts, error,
        published_at)
    SELECT gen_random_uuid(), %s, 'product ' || n, n %% 8, repeat('x', 600), now(), 0, '', now()
    FROM generate_series(1, %s) AS n
"""


def main() -> None:
    configure()
    with databases():
        from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher

        RabbitPublisher().close()
        bodies = backlog()
        retain(FEW)
        bound, few = [], []
        for _ in range(PASSES):
            bound.append(timed(lambda: publish_only(bodies)))
            purge_queues()
            few.append(drain_backlog())
        rate = per_second(EVENTS, few)
        show(f"one relay, backlog of {EVENTS:,}", rate, "events/s", per_second(EVENTS, bound), target=0.8)
        retain(MANY - FEW)
        many = per_second(EVENTS, [drain_backlog() for _ in range(PASSES)])
        show(f"the same, with {MANY:,} sent ones kept", many, "events/s", rate, target=0.9)


def backlog() -> list[tuple[str, str]]:
    """Fill catalog's outbox; the (routing key, body) of every event."""
    from shop.building_blocks.messaging.events import Envelope
    from shop.building_blocks.messaging.models import outbox_of
    from shop.building_blocks.messaging.outbox import partition_of
    from shop.modules.catalog.contracts import ProductCreated

    products = [uuid4() for _ in range(AGGREGATES)]
    rows = []
    for number in range(EVENTS):
        event = ProductCreated(
            product_id=products[number % AGGREGATES],
            version=number // AGGREGATES + 1,
            sku=f"SKU-{number}",
            name="Mug",
            price=Decimal("9.50"),
            currency="USD",
            inventory_id=uuid4(),
            quantity=1,
        )
        envelope = Envelope.of(event)
        rows.append(
            outbox_of("catalog").model(
                event_id=envelope.id,
                type=envelope.type,
                subject=envelope.subject,
                partition=partition_of(envelope.subject),
                body=envelope.encode(),
            )
        )
    outbox_of("catalog").bulk_create(rows, batch_size=2000)
    print(f"{EVENTS:,} events of {len(rows[0].body)} bytes over {AGGREGATES:,} aggregates")
    return [(f"{row.type}.{row.partition}", row.body) for row in rows]


def retain(count: int) -> None:
    """Events that were sent some time ago."""
    with connections["catalog"].cursor() as cursor:
        cursor.execute(RETAINED, [KEPT, count])


def publish_only(bodies: Sequence[tuple[str, str]]) -> None:
    """The bound: the same bytes in the same batches, encoded and confirmed as the relay does it."""
    from shop.building_blocks.messaging.rabbitmq import wire
    from shop.building_blocks.messaging.rabbitmq.connection import connect
    from shop.building_blocks.messaging.rabbitmq.topology import exchange

    connection = connect()
    channel = connection.channel()
    channel.confirm_select()
    unconfirmed: set[int] = set()
    low = 1

    def confirm(tag: int, multiple: bool) -> None:
        nonlocal low
        unconfirmed.difference_update(range(low, tag + 1) if multiple else (tag,))
        low = tag + 1 if multiple else low

    channel.events["basic_ack"].add(confirm)
    for start in range(0, len(bodies), BATCH):
        batch = bodies[start : start + BATCH]
        connection.transport.write(
            b"".join(
                wire.publish(
                    channel.channel_id,
                    exchange(),
                    key,
                    body.encode(),
                    message_id="0" * 36,
                    content_type="application/cloudevents+json",
                    mandatory=True,
                    frame_max=connection.frame_max,
                )
                for key, body in batch
            )
        )
        unconfirmed.update(range(start + 1, start + len(batch) + 1))
        while unconfirmed:
            connection.drain_events(timeout=30)
    connection.close()


def drain_backlog() -> float:
    """Seconds from the first claim of a relay to the last mark."""
    from shop.building_blocks.messaging.models import outbox_of
    from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher
    from shop.building_blocks.messaging.relay import Relay

    rows = outbox_of("catalog").exclude(type=KEPT)
    rows.update(published_at=None)
    with connections["catalog"].cursor() as cursor:
        cursor.execute("VACUUM ANALYZE catalog_outboxmessage")
    relay = Resident("relay", lambda stopping, beat: Relay("catalog", RabbitPublisher, stopping, beat))
    with running([relay]):
        while outbox_of("catalog").filter(published_at=None).exists():
            sleep(0.05)
    first, last = rows.aggregate(Min("published_at"), Max("published_at")).values()
    batches = EVENTS / BATCH
    purge_queues()
    seconds: float = (last - first).total_seconds()
    return seconds * batches / (batches - 1)


def purge_queues() -> None:
    from shop.building_blocks.messaging.rabbitmq.connection import connect
    from shop.building_blocks.messaging.rabbitmq.topology import queue

    connection = connect()
    channel = connection.channel()
    for partition in range(8):
        channel.queue_purge(queue("inventory", partition))
    connection.close()


if __name__ == "__main__":
    main()
