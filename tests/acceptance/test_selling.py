"""Selling the last units to many at once, over HTTP and as fast as they come."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.acceptance.shops import Shop
from tests.support import eventually

CLIENTS = 64


def a_product_in_stock(shop: Shop, quantity: int) -> str:
    inventory = shop.call("POST", "/api/v1/inventories", json={"name": f"shelf {uuid4()}"}).json()["id"]
    product = {"sku": f"MUG-{uuid4().hex[:8].upper()}", "name": "Mug", "price": "9.50"}
    lying = {"inventory_id": inventory, "quantity": quantity}
    product_id = str(shop.call("POST", "/api/v1/products", json=product | lying).json()["id"])
    eventually(lambda: shop.call("GET", f"/api/v1/stock/{product_id}").status_code == 200)
    return product_id


def reserve(shop: Shop, product_id: str, **fields: Any) -> Any:
    body = {"lines": [{"product_id": product_id, "quantity": 1}], **fields}
    return shop.call("POST", "/api/v1/reservations", json=body)


def stock_of(shop: Shop, product_id: str) -> tuple[int, int, int]:
    stock = shop.call("GET", f"/api/v1/stock/{product_id}").json()
    return stock["on_hand"], stock["reserved"], stock["available"]


@pytest.mark.core
def test_64_clients_who_want_the_last_units_at_once_buy_exactly_those(shop: Shop) -> None:
    mug = a_product_in_stock(shop, quantity=10)

    def buy(_client: int) -> int:
        placed = reserve(shop, mug)
        if placed.status_code != 201:
            return int(placed.status_code)
        return int(shop.call("POST", f"{placed.headers['Location']}/confirm").status_code)

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = Counter(clients.map(buy, range(CLIENTS)))

    assert answers == {200: 10, 409: 54}
    assert stock_of(shop, mug) == (0, 0, 0)
    ledger = shop.call("GET", f"/api/v1/stock/{mug}/movements").json()["items"]
    assert [movement["delta"] for movement in ledger] == [-1] * 10 + [10]
    eventually(lambda: shop.call("GET", f"/api/v1/products/{mug}").json()["available"] == 0)


def test_what_nobody_confirms_in_time_is_for_sale_again(shop: Shop) -> None:
    mug = a_product_in_stock(shop, quantity=1)
    reservation = reserve(shop, mug, expires_in=1).headers["Location"]

    eventually(lambda: shop.call("GET", reservation).json()["state"] == "expired")

    assert stock_of(shop, mug) == (1, 0, 1)
    assert (
        shop.call("POST", f"{reservation}/confirm").json()["type"] == "urn:shop:problem:reservation-expired"
    )
