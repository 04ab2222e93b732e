"""With a million messages kept, nothing that runs again and again reads them all."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging import inbox, retention, retries
from shop.building_blocks.messaging.console import operations
from shop.building_blocks.messaging.console.diagnosis import why_stuck
from shop.building_blocks.messaging.console.gauges import Messages
from shop.building_blocks.messaging.console.status import status, unsent_for
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.messaging.models import outbox_of
from shop.building_blocks.messaging.outbox import claim, promote
from shop.modules.catalog.contracts import ProductCreated

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

TABLES = ("inventory_outboxmessage", "inventory_inboxmessage")
KEPT = 1_000_000
UNFINISHED = 2_000
_OUTBOX = """
    INSERT INTO inventory_outboxmessage (event_id, type, subject, partition, body, created_at, attempts,
        error, published_at, not_before)
    SELECT lpad('{kind}' || to_hex(n), 32, '0')::uuid, 'inventory.stock_changed.v1', 'stock ' || n, n %% 8,
        '{{}}', now() - n * interval '1 second', 0, '', {published_at}, {not_before}
    FROM generate_series(1, %s) AS n
"""
_INBOX = """
    INSERT INTO inventory_inboxmessage (event_id, consumer, type, subject, partition, state, body, attempts,
        error, received_at, next_attempt_at)
    SELECT lpad('{kind}' || to_hex(n), 32, '0')::uuid, 'door', 'catalog.knocked.v1', '{state} ' || n, n %% 8,
        '{state}', '', 0, '', now() - n * interval '1 second', {next_attempt_at}
    FROM generate_series(1, %s) AS n
"""


def cursor() -> Any:
    return connections["inventory"].cursor()


@pytest.fixture
def _much_is_kept() -> Iterator[None]:
    soon, never = "now() + interval '1 hour'", "NULL"
    with cursor() as database:
        for table in TABLES:
            database.execute(f"ALTER TABLE {table} SET UNLOGGED")
        # Ids that grow, as those of events do: a page of the index is filled and left.
        sent = _OUTBOX.format(kind="a", published_at="now() - n * interval '1 second'", not_before=never)
        ready = _OUTBOX.format(kind="b", published_at=never, not_before=never)
        scheduled = _OUTBOX.format(kind="c", published_at=never, not_before=soon)
        done = _INBOX.format(kind="a", state="done", next_attempt_at=never)
        parked = _INBOX.format(kind="b", state="parked", next_attempt_at=soon)
        dead = _INBOX.format(kind="c", state="dead", next_attempt_at=soon)
        for rows in (sent, done):
            database.execute(rows, [KEPT])
        for rows in (ready, scheduled, parked, dead):
            database.execute(rows, [UNFINISHED])
        database.execute(f"ANALYZE {', '.join(TABLES)}")
    yield
    with cursor() as database:
        for table in TABLES:
            database.execute(f"TRUNCATE {table}")
            database.execute(f"ALTER TABLE {table} SET LOGGED")


def an_event() -> Envelope:
    """It fails, for there is no such inventory: the inbox reads and writes all that it ever does."""
    return Envelope.of(
        ProductCreated(
            product_id=uuid7(), version=1, sku="MUG-1", name="Mug", price=Decimal("9.50"), currency="EUR",
            inventory_id=uuid7(), quantity=12,
        )
    )  # fmt: skip


def arrive() -> None:
    inbox.consume("inventory", [an_event()], guard=lambda: None)


WORK: dict[str, Callable[[], object]] = {
    "claim": lambda: claim("inventory", [0, 1, 2, 3], 500),
    "promote": lambda: promote("inventory"),
    "arrive": arrive,
    "retry": lambda: retries.retry("inventory", range(8), guard=lambda: None),
    "purge": lambda: retention.purge("inventory", timedelta(seconds=KEPT - 6_000)),
    "status": lambda: status("inventory"),
    "health": lambda: unsent_for("inventory"),
    "scrape": lambda: list(Messages().collect()),
    "why stuck": lambda: why_stuck("inventory"),
    "redrive": lambda: operations.redrive("inventory", range(KEPT, KEPT + 2_000), "alice"),
}


@pytest.mark.usefixtures("_much_is_kept")
def test_nothing_that_runs_again_and_again_reads_all_that_is_kept() -> None:
    assert full_scans(lambda: outbox_of("inventory").filter(error="unknown to any index").count())

    read_everything = {name: scans for name, work in WORK.items() if (scans := full_scans(work))}

    assert read_everything == {}


def full_scans(work: Callable[[], object]) -> list[str]:
    """The statements of ``work`` that PostgreSQL answers by reading a whole table of messages."""
    with CaptureQueriesContext(connections["inventory"]) as captured:
        work()
    statements = {query["sql"] for query in captured if "message" in query["sql"]}
    assert statements
    return [sql[:300] for sql in statements if "Seq Scan on inventory_" in plan(sql)]


def plan(sql: str) -> str:
    if not sql.startswith(("SELECT", "UPDATE", "DELETE")):
        return ""
    with cursor() as database:
        database.execute(f"EXPLAIN {sql.replace('%', '%%')}", [])
        return "\n".join(line for (line,) in database.fetchall())
