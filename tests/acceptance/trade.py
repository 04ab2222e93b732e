"""Clients who go on whatever is moved behind their address: one creates products, one buys of each."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event
from typing import Any
from uuid import uuid4

import requests

from tests.acceptance.shops import Shop
from tests.support import eventually

QUANTITY = 5
"""Of each product; one of them is bought."""
PACE = 0.2
"""Seconds between two products: they are to go on, not to measure."""


class Trade:
    def __init__(self, shop: Shop, inventory: str) -> None:
        self.answers: Counter[tuple[str, int]] = Counter()
        """Of the catalog, by method and status."""
        self.products: list[str] = []
        self.bought: list[tuple[str, requests.Response]] = []
        """The keys of the requests that placed reservations, and their answers."""
        self._shop, self._inventory = shop, inventory
        self._shelf: SimpleQueue[str | None] = SimpleQueue()
        self._over = Event()

    def create(self) -> None:
        try:
            while not self._over.wait(PACE):
                product_id = self._ask_the_catalog("POST", "", json=self._mug()).json()["id"]
                self.products.append(product_id)
                self._shelf.put(product_id)
                self._ask_the_catalog("GET", f"/{product_id}")
        finally:
            self._shelf.put(None)

    def buy(self) -> None:
        """Of all that is created, in the end: who cannot be served comes again, with the same key."""
        for product_id in iter(self._shelf.get, None):
            eventually(lambda: self.insist("GET", f"stock/{product_id}").status_code == 200)  # noqa: B023
            key = str(uuid4())
            placed = self.place(product_id, key)
            assert placed.status_code == 201, placed.text
            where = placed.headers["Location"].removeprefix("/api/v1/")
            confirmed = self.insist("POST", f"{where}/confirm", str(uuid4()))
            assert confirmed.status_code == 200, confirmed.text
            self.bought.append((key, placed))

    def place(self, product_id: str, key: str, **fields: Any) -> requests.Response:
        body = {"lines": [{"product_id": product_id, "quantity": 1}], **fields}
        return self.insist("POST", "reservations", key, json=body)

    def insist(self, method: str, path: str, key: str = "", **kwargs: Any) -> requests.Response:
        """The inventory's answer, as soon as it is there to give one."""
        headers = {"Idempotency-Key": key} if key else {}

        def answers() -> list[requests.Response]:
            """None while it is away."""
            try:
                said = self._shop.call(method, f"/api/v1/{path}", headers, **kwargs)
            except requests.ConnectionError:
                return []
            return [] if said.status_code in (502, 503) else [said]

        answer: requests.Response = eventually(answers, seconds=60)[0]
        return answer

    def end(self) -> None:
        self._over.set()

    def _ask_the_catalog(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        """Once; or twice, when a proxy that ends has let the connection go before it was taken."""
        url, key = f"/api/v1/products{path}", {"Idempotency-Key": str(uuid4())}
        try:
            answer = self._shop.call(method, url, key, **kwargs)
        except requests.ConnectionError:
            answer = self._shop.call(method, url, key, **kwargs)
        self.answers[method, answer.status_code] += 1
        return answer

    def _mug(self) -> dict[str, Any]:
        mug = {"sku": f"MUG-{uuid4().hex[:8].upper()}", "name": "Mug", "price": "9.50"}
        return mug | {"inventory_id": self._inventory, "quantity": QUANTITY}


@contextmanager
def trading(shop: Shop, inventory: str) -> Iterator[Trade]:
    """Until the body has ended, and what was created then is bought, too."""
    trade = Trade(shop, inventory)
    with ThreadPoolExecutor(2) as clients:
        working = [clients.submit(trade.create), clients.submit(trade.buy)]
        try:
            yield trade
        finally:
            trade.end()
        for one in working:
            one.result()
