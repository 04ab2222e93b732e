"""From a request to its effect in another module, and back."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import pytest
import requests

from tests.acceptance.shops import Shop
from tests.support import eventually


def create_inventory(shop: Shop) -> str:
    answer = shop.call("POST", "/api/v1/inventories", json={"name": f"shelf {uuid4()}"})
    return str(answer.json()["id"])


def create_product(
    shop: Shop, quantity: int = 12, inventory: str = "", headers: Mapping[str, str] = {}
) -> str:
    product = {
        "sku": f"MUG-{uuid4().hex[:8].upper()}",
        "name": "Mug",
        "price": "9.50",
        "inventory_id": inventory or create_inventory(shop),
        "quantity": quantity,
    }
    answer = shop.call("POST", "/api/v1/products", json=product, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def stock_of(shop: Shop, product_id: str) -> Any:
    answer = shop.call("GET", f"/api/v1/stock/{product_id}")
    return answer.json() if answer.status_code == 200 else None


def times_opened(shop: Shop, product_id: str) -> int:
    rows = shop.ask("inventory", "SELECT product_id FROM inventory_stock")
    return [str(product).replace("-", "") for (product,) in rows].count(product_id.replace("-", ""))


@pytest.mark.core
def test_a_new_product_has_stock_in_the_inventory_and_is_available_in_the_catalog(shop: Shop) -> None:
    product_id = create_product(shop, quantity=12)

    stock = eventually(lambda: stock_of(shop, product_id))
    assert (stock["on_hand"], stock["reserved"], stock["available"]) == (12, 0, 12)
    path = f"/api/v1/products/{product_id}"
    eventually(lambda: shop.call("GET", path).json()["available"] == 12)


def test_a_crash_between_commit_and_delivery_loses_nothing_and_doubles_nothing(shop: Shop) -> None:
    inventory = create_inventory(shop)
    with shop.inventory_is_busy():
        product_id = create_product(shop, quantity=5, inventory=inventory)
        shop.kill()
    assert times_opened(shop, product_id) == 0

    shop.start()

    stock = eventually(lambda: stock_of(shop, product_id))
    assert stock["on_hand"] == 5
    assert times_opened(shop, product_id) == 1


def test_who_is_asked_to_stop_finishes_the_event_in_hand_first(shop: Shop) -> None:
    inventory, before = create_inventory(shop), shop.said("inventory takes 1 event")
    with shop.inventory_is_busy():
        product_id = create_product(shop, inventory=inventory)
        eventually(lambda: shop.said("inventory takes 1 event") > before)
        shop.ask_to_stop()

    assert set(shop.exit_codes()) == {0}
    assert times_opened(shop, product_id) == 1


def test_anybody_can_register_once(shop: Shop) -> None:
    user = {"username": f"u{uuid4().hex[:8]}", "email": "u@example.org", "password": "correct horse 1"}

    first = requests.post(f"{shop.url}/api/v1/users", json=user, timeout=20)
    second = requests.post(f"{shop.url}/api/v1/users", json=user, timeout=20)

    assert (first.status_code, second.status_code) == (201, 409)


def test_health_docs_and_admin_are_served(shop: Shop) -> None:
    ready = requests.get(f"{shop.url}/readyz", timeout=20).json()
    assert {ready["checks"][f"database:{module}"] for module in ("catalog", "inventory", "identity")} == {
        "ok"
    }
    for path in ("/livez", "/docs", "/openapi.json", "/admin/"):
        assert requests.get(f"{shop.url}{path}", timeout=20).status_code == 200, path
