"""From the queues by a real slice with its inbox, beside plain psycopg doing the same transactions."""

from collections.abc import Iterator
from itertools import islice
from time import perf_counter, sleep
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.db.models import Max, Min
from uuid_utils.compat import uuid7

from benchmarks.harness import configure, databases, per_second, show
from shop.building_blocks.messaging.settings import Messaging

EVENTS, PRODUCTS, PASSES = 10_000, 1_000, 5
BATCH = Messaging().inbox_batch
PRODUCT = """
    WITH ids AS (SELECT id, n FROM unnest(%s::uuid[]) WITH ORDINALITY AS given (id, n)),
    made AS (
        INSERT INTO catalog_product
        (id, sku, name, description, price, currency, version, created_at, updated_at)
        SELECT id, 'BENCH-' || n, 'Mug', '', 9.5, 'USD', 1, now(), now() FROM ids RETURNING id, sku
    )
    INSERT INTO catalog_listing (product_id, sku, name, name_key, price, currency, available, stock_version)
    SELECT id, sku, 'Mug', 'mug', 9.5, 'USD', 0, 0 FROM made
"""
INBOX = """
    INSERT INTO catalog_inboxmessage
    (event_id, consumer, type, subject, partition, state, body, attempts, error, received_at) VALUES
"""
ROW = "(%s, 'keep_availability', 'inventory.stock_changed.v1', %s, %s, 'done', '', 0, '', now())"
EFFECT = """
    UPDATE catalog_listing SET available = %s, stock_version = %s WHERE product_id = %s AND stock_version < %s
"""


def main() -> None:
    configure()
    with databases():
        products = make_products()
        bound, ours = [], []
        for number in range(PASSES):
            bound.append(plainly(changes(products, 2 * number)))
            ours.append(by_the_slice(changes(products, 2 * number + 1)))
        show(
            f"inbox and one row of effect, {EVENTS:,} events",
            per_second(EVENTS, ours),
            "events/s",
            bound=per_second(EVENTS, bound),
            target=0.6,
        )


def make_products() -> list[UUID]:
    ids = [UUID(str(uuid7())) for _ in range(PRODUCTS)]
    with connections["catalog"].cursor() as cursor:
        cursor.execute(PRODUCT, [ids])
    return ids


def changes(products: list[UUID], turn: int) -> list[Any]:
    """Each product's stock changes as often, and no version comes twice."""
    from shop.modules.inventory.contracts import StockChanged

    each = EVENTS // PRODUCTS
    return [
        StockChanged(product_id=product, version=turn * each + n + 1, on_hand=n, reserved=0, available=n)
        for n in range(each)
        for product in products
    ]


def plainly(events: list[Any]) -> float:
    """Seconds for the bound: the same rows in the same batches, on a connection of the same role."""
    from shop.building_blocks.messaging.outbox import partition_of

    settings = connections["catalog"].get_connection_params()
    known = {name: settings[name] for name in ("host", "port", "user", "password", "dbname", "options")}
    waiting = iter(events)
    with psycopg.connect(**known) as database:
        began = perf_counter()
        while batch := list(islice(waiting, BATCH)):
            rows = [(uuid7(), str(one.product_id), partition_of(str(one.product_id))) for one in batch]
            database.execute(INBOX + ", ".join([ROW] * len(rows)), [value for row in rows for value in row])
            for one in batch:
                database.execute(EFFECT, (one.available, one.version, one.product_id, one.version))
            database.commit()
        return perf_counter() - began


def by_the_slice(events: list[Any]) -> float:
    """Seconds from the first batch to the last, of a consumer that finds them all in its queues."""
    from shop.building_blocks.messaging.consumer import ConsumerLoop
    from shop.building_blocks.messaging.models import inbox_of
    from shop.building_blocks.messaging.resident import Resident, running

    inbox_of("catalog").all().delete()
    publish(events)
    with running([Resident("inbox", lambda stopping, beat: ConsumerLoop("catalog", stopping, beat))]):
        while inbox_of("catalog").count() < EVENTS:
            sleep(0.1)
    first, last = inbox_of("catalog").aggregate(Min("received_at"), Max("received_at")).values()
    batches = EVENTS / BATCH
    return float((last - first).total_seconds() * batches / (batches - 1))


def publish(events: list[Any]) -> None:
    from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher

    publisher = RabbitPublisher()
    waiting = claimed(events)
    while batch := list(islice(waiting, PRODUCTS)):
        publisher.finish(publisher.begin(batch))
    publisher.close()


def claimed(events: list[Any]) -> Iterator[Any]:
    """As a relay would find them in the outbox."""
    from shop.building_blocks.messaging.events import Envelope
    from shop.building_blocks.messaging.outbox import Claimed, partition_of

    for number, event in enumerate(events):
        made = Envelope.of(event)
        yield Claimed(number, made.id, made.type, made.subject, partition_of(made.subject), 0, made.encode())


if __name__ == "__main__":
    main()
