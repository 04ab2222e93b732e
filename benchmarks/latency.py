"""From a commit in the catalog to the commit of its effect in the inventory, by PostgreSQL's own clock."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from time import monotonic, sleep
from uuid import UUID

import psycopg

from benchmarks.harness import NAME, configure, databases, show

RATE, SECONDS = 100, 10

COMMITS = """
    SELECT extract(epoch FROM pg_xact_commit_timestamp(s.xmin) - pg_xact_commit_timestamp(p.xmin)) * 1000
    FROM catalog.catalog_product p JOIN inventory.inventory_stock s ON s.product_id = p.id
    WHERE p.sku LIKE 'BENCH-%' ORDER BY 1
"""
TRANSACTIONS = "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database WHERE datname = %s"


def main() -> None:
    configure()
    with databases(), worker():
        from shop.building_blocks.mediator import send
        from shop.modules.inventory.features.create_inventory import CreateInventory

        food = send(CreateInventory(name="food"))
        create(food, "WARM", 50)
        create(food, "BENCH", RATE * SECONDS)
        milliseconds = commits(RATE * SECONDS)
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            latency = milliseconds[int(len(milliseconds) * share)]
            show(f"commit to effect at {RATE} events/s, {name}", latency, "ms")
        show("transactions of an idle worker", idle(), "per second")


@contextmanager
def worker() -> Iterator[None]:
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "WARNING"]
    process = subprocess.Popen(  # noqa: S603
        [*command, "--without-gossip", "--without-mingle"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


def create(inventory_id: UUID, prefix: str, count: int) -> None:
    """At an even pace; returns when the inventory knows them all."""
    from shop.building_blocks.mediator import send
    from shop.modules.catalog.features.create_product import CreateProduct
    from shop.modules.inventory.models import Stock

    began = monotonic()
    for number in range(count):
        sleep(max(0.0, began + number / RATE - monotonic()))
        product = CreateProduct(
            sku=f"{prefix}-{number:05}",
            name="Mug",
            price=Decimal("9.50"),
            inventory_id=inventory_id,
            quantity=1,
        )
        send(product)
    while Stock.objects.filter(sku__startswith=prefix).count() < count:
        sleep(0.05)


def commits(count: int) -> list[float]:
    import os

    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], dbname=NAME) as admin:
        rows = [float(row[0]) for row in admin.execute(COMMITS)]
    assert len(rows) == count
    return rows


def idle(seconds: float = 20) -> float:
    """PostgreSQL tells its statistics late, so the window is long; our own asking is two transactions."""
    import os

    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        sleep(10)
        before = admin.execute(TRANSACTIONS, [NAME]).fetchone()
        sleep(seconds)
        after = admin.execute(TRANSACTIONS, [NAME]).fetchone()
    assert before
    assert after
    return float(after[0] - before[0]) / seconds


if __name__ == "__main__":
    main()
