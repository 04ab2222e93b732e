"""What modules ask each other, and what others hear of them, wherever they run."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from shop.building_blocks.messaging.rabbitmq.connection import connect
from tests.acceptance.shops import Monolith, Shop
from tests.acceptance.split import Split
from tests.acceptance.test_the_path import create_product
from tests.support import eventually

WITH_A_BROKER = pytest.mark.topologies(
    "monolith", "catalog extracted", "inventory extracted", "identity extracted", "services"
)


def available(shop: Shop, product_id: str) -> Any:
    return shop.call("GET", f"/api/v1/products/{product_id}").json()["available"]


@pytest.mark.core
def test_what_the_catalog_has_lost_it_asks_the_inventory_for(shop: Shop) -> None:
    product_id = create_product(shop, quantity=7)
    eventually(lambda: available(shop, product_id) == 7)
    shop.ask("catalog", "UPDATE catalog_listing SET available = 0 RETURNING 1")
    assert available(shop, product_id) == 0

    told = shop.manage("rebuild_availability", **shop.only("catalog"))

    assert "corrected" in told
    assert available(shop, product_id) == 7


@pytest.mark.topologies("catalog extracted", "inventory extracted", "services")
def test_while_the_inventory_cannot_be_asked_the_catalog_serves_on(shop: Shop) -> None:
    """Reads need nobody else; who asks all the same is told to come again."""
    assert isinstance(shop, Split)
    product_id = create_product(shop, quantity=3)
    eventually(lambda: available(shop, product_id) == 3)
    asked = next(process for process in shop.processes if process.port == shop.rpc_port("inventory"))

    asked.hang()
    with pytest.raises(AssertionError, match="The inventory cannot be asked at the moment"):
        shop.manage("rebuild_availability", **shop.only("catalog"))
    assert available(shop, product_id) == 3
    asked.hang(on=False)

    shop.manage("rebuild_availability", **shop.only("catalog"))


@pytest.fixture
def heard(shop: Monolith) -> Iterator[Any]:
    """What the exchange sends to whoever wants everything."""
    with closing(connect()) as connection:
        channel = connection.channel()
        name = channel.queue_declare(exclusive=True).queue
        channel.queue_bind(name, f"{shop.name}.events", "#")

        def next_event() -> dict[str, Any] | None:
            message = channel.basic_get(name, no_ack=True)
            return json.loads(message.body) if message else None

        yield next_event


@WITH_A_BROKER
def test_others_hear_of_a_new_product_by_a_cloud_event(shop: Shop, heard: Any) -> None:
    product_id = create_product(shop, quantity=2)
    events: list[dict[str, Any]] = []

    def both_came() -> bool:
        if event := heard():
            events.append(event)
        return {"catalog.product_created.v1", "inventory.stock_changed.v1"} <= {one["type"] for one in events}

    eventually(both_came)
    created = next(one for one in events if one["type"] == "catalog.product_created.v1")
    answer = next(one for one in events if one["type"] == "inventory.stock_changed.v1")
    assert (created["specversion"], created["data"]["product_id"]) == ("1.0", product_id)
    assert answer["causationid"] == created["id"]
    assert answer["correlationid"] == created["correlationid"]
