"""From a commit in the inventory to that of its effect in the catalog, by PostgreSQL's own clock."""

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
    SELECT extract(epoch FROM pg_xact_commit_timestamp(l.xmin) - pg_xact_commit_timestamp(m.xmin)) * 1000
    FROM inventory.inventory_movement m JOIN catalog.catalog_listing l ON l.product_id = m.stock_id
    WHERE m.reason = 'measured' ORDER BY 1
"""
TRANSACTIONS = "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database WHERE datname = %s"


def main() -> None:
    configure()
    with databases(), worker():
        from shop.building_blocks.mediator import send
        from shop.modules.inventory.features.create_inventory import CreateInventory

        food = send(CreateInventory(name="food"))
        products = create(food, RATE * SECONDS)
        adjust(food, products, "to warm up")
        adjust(food, products, "measured")
        milliseconds = commits(len(products))
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


def create(inventory_id: UUID, count: int) -> list[UUID]:
    """Returns when all of them can be sold."""
    from shop.building_blocks.mediator import send
    from shop.modules.catalog.features.create_product import CreateProduct

    products = [
        send(
            CreateProduct(
                sku=f"BENCH-{number:05}",
                name="Mug",
                price=Decimal("9.50"),
                inventory_id=inventory_id,
                quantity=1,
            )
        )
        for number in range(count)
    ]
    wait_for(version=1, count=count)
    return products


def adjust(inventory_id: UUID, products: list[UUID], reason: str) -> None:
    """One more of each, at an even pace; returns when the catalog knows of all."""
    from shop.building_blocks.mediator import send
    from shop.modules.inventory.features.adjust_stock import AdjustStock
    from shop.modules.inventory.models import Stock

    began = monotonic()
    for number, product in enumerate(products):
        sleep(max(0.0, began + number / RATE - monotonic()))
        send(AdjustStock(product_id=product, inventory_id=inventory_id, delta=1, reason=reason))
    wait_for(version=Stock.objects.get(product_id=products[0]).version, count=len(products))


def wait_for(version: int, count: int) -> None:
    from shop.modules.catalog.models import Listing

    while Listing.objects.filter(stock_version=version).count() < count:
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
