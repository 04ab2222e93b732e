"""Reads of the catalog among a million products, beside the same ones among ten thousand, in one run.

A figure is the median of requests by a client in this process, with the check of its token; in brackets
what of it was spent in the database.
"""

import logging
import random
from collections.abc import Callable, Sequence
from http import HTTPStatus
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db import connections

from benchmarks.harness import NAME, another_database, configure, databases, use

SMALL, LARGE = 10_000, 1_000_000
PASSES, REQUESTS, TARGET = 9, 8, 1.5
PATH = "/api/v1/products"

Url = Callable[[], str]


class Taken(NamedTuple):
    """Milliseconds."""

    request: float
    database: float


def main() -> None:
    configure()
    logging.disable(logging.INFO)
    large = f"{NAME}_large"
    with databases(), another_database(large):
        from benchmarks.products import seed
        from tests.support import a_client_with

        names, clients, words = {SMALL: NAME, LARGE: large}, {}, list[str]()
        for size, name in names.items():
            use(name)
            began = perf_counter()
            words = seed(size).spread(24)
            clients[size] = a_client_with("catalog:read")
            print(f"{size:,} products seeded in {perf_counter() - began:.0f} s", flush=True)
        print(f"{'milliseconds (in the database)':<40} {f'{SMALL:,}':>16} {f'{LARGE:,}':>16}   ratio")
        for label, urls in cases(words).items():
            measure(label, urls, names, clients)


def cases(words: Sequence[str]) -> dict[str, list[Url]]:
    dice = random.Random(1)
    return {
        "list, newest first": [listed()],
        "... half way down": [half_way],
        "... by name": [listed(sort="name")],
        "... by price, the most expensive first": [listed(sort="-price")],
        "... 100 at once": [listed(limit=100)],
        "sku": [one_sku],
        "currency": [listed(currency="EUR")],
        "currency, not used for two years": [listed(currency="CHF")],
        "currency, of twenty products": [listed(currency="ISK")],
        "in stock": [listed(in_stock="true")],
        "not in stock, by name": [listed(in_stock="false", sort="name")],
        "currency of which few are in stock": [listed(currency="GBP", in_stock="true")],
        "prices, by price": [listed(min_price=10, max_price=30, sort="price")],
        "prices of a third": [listed(min_price=10, max_price=30)],
        "prices of a third, by name": [listed(min_price=10, max_price=30, sort="name")],
        "prices of one in ten": [listed(min_price=100)],
        "prices of one in ten thousand": [listed(min_price=2000)],
        "one price": [listed(min_price="19.99", max_price="19.99")],
        "name, common": [listed(name="kettle")],
        "name, common, by price": [listed(name="kettle", sort="price")],
        "name, from common to rare": [listed(name=word) for word in words],
        "name that nothing has": [listed(name="zyxwv")],
        "name, currency, stock and price": [
            listed(name="mug", currency="EUR", in_stock="true", min_price=5),
        ],
        "search, a word": [searched(word) for word in words],
        "search, two words": [searched(f"{one} {two}") for one, two in zip(words, words[4:], strict=False)],
        "search, four letters": [searched(word[:4]) for word in words],
        "search, three letters": [searched(word[:3]) for word in words],
        "search, a slip": [searched(mistyped(word, dice)) for word in words],
        "search, the commonest word": [searched("mug")],
        "get": [one_product],
    }


def listed(**parameters: Any) -> Url:
    return lambda: f"{PATH}?{urlencode(parameters)}"


def searched(text: str) -> Url:
    return lambda: f"{PATH}/search?{urlencode({'q': text})}"


def one_sku() -> str:
    return listed(sku=middle("sku"))()


def one_product() -> str:
    return f"{PATH}/{middle('id')}"


def half_way() -> str:
    from shop.building_blocks.http.pages import Cursor

    product_id = middle("id")
    return listed(cursor=Cursor("-created_at", product_id, product_id).sign())()


def middle(field: str) -> Any:
    from shop.modules.catalog.models import Product

    rows = Product.objects.order_by("id").values_list(field, flat=True)
    return rows[rows.count() // 2]


def mistyped(word: str, dice: random.Random) -> str:
    place = dice.randrange(1, len(word) - 2)
    slips = (
        word[:place] + word[place + 1 :],
        word[:place] + "x" + word[place:],
        word[:place] + "x" + word[place + 1 :],
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    )
    return dice.choice(slips)


def measure(label: str, urls: list[Url], names: dict[int, str], clients: dict[int, Any]) -> None:
    """In turns, so that whatever else the machine does is shared out fairly."""
    taken: dict[int, list[Taken]] = {size: [] for size in names}
    for _ in range(max(2, PASSES // len(urls))):
        for size, name in names.items():
            use(name)
            chosen = [url() for url in urls] * max(1, REQUESTS // len(urls))
            request(clients[size], chosen[0])
            taken[size] += [request(clients[size], url) for url in chosen]
    small, large = (Taken(*map(median, zip(*taken[size], strict=True))) for size in names)
    ratio = large.request / small.request
    verdict = "ok" if ratio <= TARGET else f"above {TARGET}"
    slowest = max(one.database for one in taken[LARGE])
    figures = " ".join(f"{one.request:7.2f} ({one.database:6.2f})" for one in (small, large))
    print(f"{label:<40} {figures} {ratio:6.2f}  {verdict:<9}  at most ({slowest:.1f})", flush=True)


def request(client: Any, url: str) -> Taken:
    waited = 0.0

    def wait(execute: Any, *arguments: Any) -> Any:
        nonlocal waited
        began = perf_counter()
        try:
            return execute(*arguments)
        finally:
            waited += perf_counter() - began

    began = perf_counter()
    with connections["catalog"].execute_wrapper(wait):
        response = client.get(url, HTTP_HOST="localhost", secure=True)
    total = perf_counter() - began
    assert response.status_code == HTTPStatus.OK, response.content
    return Taken(total * 1000, waited * 1000)


if __name__ == "__main__":
    main()
