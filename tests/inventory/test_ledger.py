"""The database itself keeps the ledger: raw SQL that tries to cheat is refused."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connections, transaction
from django.db.models import Sum
from uuid_utils.compat import uuid7

from shop.modules.inventory.models import Movement, Stock, StockItem
from tests.inventory.arrange import a_stock, adjust, reserve
from tests.support import an_inventory

pytestmark = pytest.mark.django_db

Cheat = Callable[..., None]


@pytest.fixture
def item() -> StockItem:
    """12 - 2 on hand, 3 of them reserved."""
    food = an_inventory()
    mug = a_stock((food, 12))
    adjust(mug, food, -2)
    reserve((mug, 3))
    return StockItem.objects.get()


@pytest.fixture
def cheat(item: StockItem) -> Iterator[Cheat]:
    """Runs a statement that must be refused, after which everything is as it was."""

    def run(sql: str, *parameters: Any) -> None:
        before = snapshot()
        with pytest.raises(IntegrityError), transaction.atomic("inventory"):
            execute(sql, *parameters)
        assert snapshot() == before

    yield run
    assert StockItem.objects.get().on_hand == Movement.objects.aggregate(sum=Sum("delta"))["sum"]


def execute(sql: str, *parameters: Any) -> None:
    values = [value.hex if on_sqlite() and isinstance(value, UUID) else value for value in parameters]
    with connections["inventory"].cursor() as cursor:
        cursor.execute(sql, values)
    connections["inventory"].check_constraints()


def on_sqlite() -> bool:
    return connections["inventory"].vendor == "sqlite"


def another_stock() -> UUID:
    return Stock.objects.create(product_id=uuid7(), sku="CUP-1", version=3).product_id


def snapshot() -> tuple[list[Any], list[Any]]:
    return list(StockItem.objects.values_list()), list(Movement.objects.order_by("version").values_list())


INSERT = """
    INSERT INTO inventory_movement (id, stock_id, item_id, version, kind, delta, balance, reason, created_at)
    VALUES (%s, %s, %s, %s, 'adjustment', %s, %s, '', '2026-01-01 00:00:00Z')
"""


def test_what_is_on_hand_changes_by_a_movement_only(cheat: Cheat) -> None:
    cheat("UPDATE inventory_stockitem SET on_hand = on_hand + 1")
    cheat("UPDATE inventory_stockitem SET on_hand = 12")
    cheat("UPDATE inventory_stockitem SET on_hand = 0, reserved = 0")


def test_a_movement_cannot_be_changed_or_deleted(cheat: Cheat) -> None:
    cheat("UPDATE inventory_movement SET delta = delta + 1, balance = balance + 1")
    cheat("UPDATE inventory_movement SET reason = 'It was me.'")
    cheat("DELETE FROM inventory_movement")
    cheat("DELETE FROM inventory_movement WHERE version = 2")


def test_a_movement_continues_where_the_last_one_ended(cheat: Cheat, item: StockItem) -> None:
    cheat(INSERT, uuid7(), item.stock_id, item.pk, 4, 5, 14)
    cheat(INSERT, uuid7(), item.stock_id, item.pk, 4, 0, 10)


@pytest.mark.parametrize("version", [1, 2, 3, 5, 1000])
def test_a_movement_belongs_to_the_next_version_of_its_stock(
    cheat: Cheat, item: StockItem, version: int
) -> None:
    cheat(INSERT, uuid7(), item.stock_id, item.pk, version, 5, 15)


def test_a_movement_is_not_booked_on_another_product(cheat: Cheat, item: StockItem) -> None:
    cheat(INSERT, uuid7(), another_stock(), item.pk, 4, 5, 15)


def test_a_movement_never_takes_what_is_reserved_or_more_than_there_is(cheat: Cheat, item: StockItem) -> None:
    cheat(INSERT, uuid7(), item.stock_id, item.pk, 4, -8, 2)
    cheat(INSERT, uuid7(), item.stock_id, item.pk, 4, -11, -1)


def test_a_version_has_one_movement_at_most(cheat: Cheat, item: StockItem) -> None:
    execute(INSERT, uuid7(), item.stock_id, item.pk, 4, -5, 5)
    cheat(INSERT, uuid7(), item.stock_id, item.pk, 4, 1, 6)
    if on_sqlite():
        cheat(INSERT.replace("INSERT", "REPLACE"), uuid7(), item.stock_id, item.pk, 4, 1, 6)


def test_no_more_is_reserved_than_there_is(cheat: Cheat) -> None:
    cheat("UPDATE inventory_stockitem SET reserved = 11")
    cheat("UPDATE inventory_stockitem SET reserved = -1")


def test_stock_begins_with_nothing_and_cannot_be_moved_or_deleted(cheat: Cheat, item: StockItem) -> None:
    cellar = an_inventory("cellar")
    insert = (
        "INSERT INTO inventory_stockitem (id, stock_id, inventory_id, on_hand, reserved) "
        "VALUES (%s, %s, %s, 7, 0)"
    )
    cheat(insert, uuid7(), item.stock_id, cellar)
    cheat("UPDATE inventory_stockitem SET inventory_id = %s", cellar)
    cheat("UPDATE inventory_stockitem SET stock_id = %s", another_stock())
    cheat("UPDATE inventory_stockitem SET id = %s", uuid7())
    cheat("DELETE FROM inventory_stockitem")
    cheat("DELETE FROM inventory_stock")
    cheat("UPDATE inventory_stock SET product_id = %s", uuid7())


def test_an_insert_that_replaces_does_not_slip_past_the_triggers(cheat: Cheat, item: StockItem) -> None:
    last = Movement.objects.latest("version").pk
    cheat(f"{INSERT} ON CONFLICT (id) DO UPDATE SET delta = 5", last, item.stock_id, item.pk, 4, 5, 15)
    if on_sqlite():  # whose REPLACE deletes what is in its way past all triggers
        cheat(INSERT.replace("INSERT", "REPLACE"), last, item.stock_id, item.pk, 4, 5, 15)
        cheat(
            "REPLACE INTO inventory_stockitem (id, stock_id, inventory_id, on_hand, reserved) "
            "SELECT id, stock_id, inventory_id, 0, 0 FROM inventory_stockitem"
        )


def test_honest_bookkeeping_in_sql_is_accepted_and_moves_the_stock(item: StockItem) -> None:
    """So that the tests above prove something."""
    execute(INSERT, uuid7(), item.stock_id, item.pk, 4, 5, 15)

    item.refresh_from_db()
    assert (item.on_hand, item.reserved) == (15, 3)
