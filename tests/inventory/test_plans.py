"""A page deep in a long list costs PostgreSQL what the first one costs."""

from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from shop.building_blocks.http.pages import Cursor
from shop.building_blocks.mediator import Query, send
from shop.modules.inventory.features.list_inventory_items import ListInventoryItems
from shop.modules.inventory.features.list_movements import ListMovements
from tests.inventory.arrange import a_stock
from tests.support import an_inventory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

ROWS = 30_000
PRODUCTS = """
    INSERT INTO inventory_stock (product_id, sku, version)
    SELECT lpad(to_hex(n), 32, '0')::uuid, 'SKU-' || n, 1 FROM generate_series(1, %s) n
"""
ITEMS = """
    INSERT INTO inventory_stockitem (id, stock_id, inventory_id, on_hand, reserved)
    SELECT product_id, product_id, %s, 0, 0 FROM inventory_stock
"""
LEDGER = """
    INSERT INTO inventory_movement (id, stock_id, item_id, version, kind, delta, balance, reason, created_at)
    SELECT lpad(to_hex(n), 32, '0')::uuid, stock_id, item_id, n + 1, 'adjustment', 1, balance + n, '', now()
    FROM inventory_movement, generate_series(1, %s) n
"""


def test_a_deep_page_reads_no_more_than_the_first_one() -> None:
    mug = a_stock((an_inventory("food"), 1))
    everything = an_inventory("everything")
    with connections["inventory"].cursor() as database:
        database.execute(PRODUCTS, [ROWS])
        database.execute(ITEMS, [everything])
        database.execute("ALTER TABLE inventory_movement DISABLE TRIGGER USER")
        database.execute(LEDGER, [ROWS])
        database.execute("ALTER TABLE inventory_movement ENABLE TRIGGER USER")
        database.execute("ANALYZE inventory_stock, inventory_stockitem, inventory_movement")
    middle = UUID(int=ROWS // 2)

    items = [ListInventoryItems(inventory_id=everything, cursor=cursor) for cursor in (None, middle)]
    cursors = (None, Cursor("-version", ROWS // 2, middle))
    movements = [ListMovements(product_id=mug, cursor=cursor) for cursor in cursors]

    for first, deep in (items, movements):
        assert pages_read(deep) <= 1.5 * pages_read(first)


def pages_read(query: Query[Any]) -> int:
    """Of 8 KiB, by the one statement that answers it."""
    with CaptureQueriesContext(connections["inventory"]) as captured:
        assert send(query).items
    with connections["inventory"].cursor() as database:
        database.execute(
            f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {captured[0]['sql'].replace('%', '%%')}", []
        )
        plan = database.fetchone()[0][0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
