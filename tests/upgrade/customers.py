"""Customers who buy as fast as they can, from whichever version answers."""

import random
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from threading import Event
from typing import Any, NamedTuple
from uuid import uuid4

import requests

from tests.acceptance.processes import address
from tests.acceptance.test_selling import a_product_in_stock
from tests.support import eventually
from tests.upgrade.shop import TwoVersions

AT_ONCE = 3
PLENTY = 100_000


class Purchase(NamedTuple):
    reservation: str
    product: str
    units: int


class Customers:
    """Each asks the web processes in turn, as a balancer does, and sends again what it may.

    That is a request that nobody took or answered, with the same ``Idempotency-Key``, and what was answered
    with ``Retry-After``. Anything else that is not a success is one of ``failures``, and ends the sale.
    """

    def __init__(self, shop: TwoVersions) -> None:
        self._shop = shop
        self.products = [a_product_in_stock(shop, PLENTY) for _ in range(AT_ONCE)]
        self._token = shop.log_in()
        self._over = Event()
        self.purchases: list[Purchase] = []
        self.failures: list[str] = []
        """Of the last time."""

    @contextmanager
    def buying(self) -> Iterator[Callable[[], None]]:
        """While the body runs, which may wait by what it is given until they have bought some more."""
        self._over.clear()
        self.failures = []
        with ThreadPoolExecutor(AT_ONCE) as pool:
            buyers = [pool.submit(self._buy_on) for _ in range(AT_ONCE)]
            try:
                self._buy_more(buyers)
                yield partial(self._buy_more, buyers)
                self._buy_more(buyers)
            finally:
                self._over.set()
        self.failures += [str(failure) for buyer in buyers if (failure := buyer.exception())]

    def _buy_more(self, buyers: list[Future[None]]) -> None:
        """Or until one of them has failed."""
        enough = len(self.purchases) + 2 * AT_ONCE
        eventually(lambda: len(self.purchases) >= enough or any(one.done() for one in buyers))

    def _buy_on(self) -> None:
        webs = cycle(random.sample(list(self._shop.webs.values()), len(self._shop.webs)))
        while not self._over.is_set():
            self._buy(webs)

    def _buy(self, webs: Iterator[int]) -> None:
        product, units = random.choice(self.products), random.randint(1, 3)
        lines = [{"product_id": product, "quantity": units}]
        placed = self._post(webs, "/api/v1/reservations", {"lines": lines})
        self._post(webs, f"{placed.headers['Location']}/confirm", {})
        self.purchases.append(Purchase(placed.json()["id"], product, units))

    def _post(self, webs: Iterator[int], path: str, body: Mapping[str, Any]) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": str(uuid4())}

        def answer() -> requests.Response | None:
            try:
                given = requests.post(f"{address(next(webs))}{path}", json=body, headers=headers, timeout=20)
            except requests.ConnectionError:
                return None
            assert given.ok or "Retry-After" in given.headers, given.text
            return given if given.ok else None

        found: requests.Response = eventually(answer)
        return found
