"""From the monolith to a service, as docs/topologies.md tells, while customers buy."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
import requests
from psycopg.errors import InsufficientPrivilege

from tests.acceptance.moving import Moving
from tests.acceptance.processes import MODULES
from tests.acceptance.shops import prepared
from tests.acceptance.test_the_path import create_inventory
from tests.acceptance.trade import QUANTITY, Trade, trading
from tests.support import eventually
from tools.private_postgresql import client

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(client("pg_dump") is None, reason="there is no pg_dump on this machine"),
]
TAKES = "inventory takes"
TOLD_EACH_OTHER = ("catalog.product_created.v1", "inventory.stock_changed.v1")
UNSENT = "SELECT count(*) FROM {0}.{0}_outboxmessage WHERE published_at IS NULL AND not_before IS NULL"
SENT = "SELECT event_id, type FROM {0}.{0}_outboxmessage"
UNSETTLED = "SELECT count(*) FROM {0}.{0}_inboxmessage WHERE state <> 'done'"
HANDLED = "SELECT event_id, type FROM {0}.{0}_inboxmessage"
LISTINGS = "SELECT available, count(*) FROM catalog.catalog_listing GROUP BY 1"
RESERVATIONS = "SELECT state, count(*) FROM inventory.inventory_reservation GROUP BY 1 ORDER BY 1"
MOVEMENTS = "SELECT kind, delta, count(*) FROM inventory.inventory_movement GROUP BY 1, 2 ORDER BY 1"
OFF_THE_LEDGER = """
    SELECT item.id FROM inventory.inventory_stockitem item WHERE item.on_hand <>
        (SELECT sum(delta) FROM inventory.inventory_movement WHERE item_id = item.id)
"""


@pytest.fixture
def moving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moving]:
    with prepared(Moving(tmp_path_factory.mktemp("moving", numbered=True))) as moving:
        moving.begin()
        yield moving


def test_a_module_moves_out_of_a_monolith_that_goes_on_selling(moving: Moving) -> None:
    with trading(moving, create_inventory(moving)) as trade:
        moving.give_it_a_role_of_its_own()
        nobody_else_looks_into_its_tables(moving)

        moving.let_it_answer_questions()
        assert "corrected" in moving.manage("rebuild_availability", SHOP_MODULES="catalog,identity")

        moving.let_it_handle_events()
        both_workers_handle_its_events(moving)

        moving.let_it_serve()
        moving.take_it_out_of_the_monolith()
        forgotten = trade.place(trade.products[0], str(uuid4()), expires_in=3)

        moving.stop_it()
        products = len(trade.products)
        moving.move_its_database()
        eventually(lambda: len(trade.products) > products)
        moving.start_it_again()
        eventually(lambda: trade.insist("GET", place_of(forgotten)).json()["state"] == "expired")

    every_request_has_its_effect(moving, trade)
    no_event_is_lost_or_handled_twice(moving, trade)
    assert TAKES not in moving.running["worker"].output  # once it was out of the monolith
    key, placed = trade.bought[0]
    again = trade.place(trade.products[0], key)  # which the monolith was asked
    assert (again.status_code, place_of(again)) == (201, place_of(placed))


def place_of(placed: requests.Response) -> str:
    return placed.headers["Location"].removeprefix("/api/v1/")


def nobody_else_looks_into_its_tables(moving: Moving) -> None:
    with psycopg.connect(moving.env["DATABASE_URL"]) as session, pytest.raises(InsufficientPrivilege):
        session.execute("SELECT FROM inventory.inventory_stock")


def both_workers_handle_its_events(moving: Moving) -> None:
    """The one that has all modules, and the one that has the inventory alone."""
    known = {name: moving.running[name].output.count(TAKES) for name in ("worker", "inventory worker")}
    eventually(lambda: all(moving.running[name].output.count(TAKES) > known[name] for name in known))


def every_request_has_its_effect(moving: Moving, trade: Trade) -> None:
    """Those of the catalog were answered at once; those of the inventory, when it was there again."""
    count = len(trade.products)
    assert trade.answers == {("POST", 201): count, ("GET", 200): count}
    assert len(trade.bought) == count
    eventually(lambda: moving.ask("catalog", LISTINGS) == [(QUANTITY - 1, count)])
    assert moving.ask("inventory", RESERVATIONS) == [("confirmed", count), ("expired", 1)]


def no_event_is_lost_or_handled_twice(moving: Moving, trade: Trade) -> None:
    for module in MODULES:
        assert eventually(lambda: moving.ask(module, UNSENT.format(module)) == [(0,)])  # noqa: B023
        assert moving.ask(module, UNSETTLED.format(module)) == [(0,)]
    for module, other in (("catalog", "inventory"), ("inventory", "catalog")):
        sent = {row for row in moving.ask(module, SENT.format(module)) if row[1] in TOLD_EACH_OTHER}
        assert sent == {row for row in moving.ask(other, HANDLED.format(other)) if row[1] in TOLD_EACH_OTHER}
    count = len(trade.products)
    assert moving.ask("inventory", MOVEMENTS) == [("opening", QUANTITY, count), ("shipment", -1, count)]
    assert moving.ask("inventory", OFF_THE_LEDGER) == []
