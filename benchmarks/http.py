"""Requests of the API, beside bare Django views with the same SQL on the same server and middleware."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from statistics import median
from time import sleep
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

from benchmarks.harness import configure, databases, show
from benchmarks.load import Load, load, request
from tools.private_server import free_port

PRODUCTS, ROUNDS, SECONDS = 5_000, 6, 1.0
TARGETS = {"get": 0.75, "list": 0.75, "create": 0.5}
REAL, BARE = "/api/v1/products", "/api/bare/products"
numbers = count()


class Pass(NamedTuple):
    """Requests per second, and microseconds of the worker's CPU for each."""

    rate: float
    cpu: float


def main() -> None:
    configure()
    with databases():
        from benchmarks.products import seed
        from shop.modules.catalog.models import Product
        from tests.support import a_client_with

        seed(PRODUCTS)
        ids = list(Product.objects.values_list("id", flat=True))
        client: Any = a_client_with("catalog:read", "catalog:write")
        token = client._credentials["HTTP_AUTHORIZATION"].partition(" ")[2]
        with server() as port:
            for name, target in TARGETS.items():
                compare(name, target, port, lambda name, root: requests(name, root, token, ids))


def requests(name: str, root: str, token: str, ids: list[UUID]) -> Iterator[bytes]:
    """Without end."""
    while name == "get":
        yield request("GET", f"{root}/{random.choice(ids)}", token)
    while name == "list":
        yield request("GET", root, token)
    while name == "create":
        yield request("POST", root, token, json.dumps(a_product()).encode())


def a_product() -> dict[str, Any]:
    return {
        "sku": f"BENCH-{next(numbers):07}",
        "name": "White mug",
        "description": "Holds 300 ml of coffee or tea, and stands firmly.",
        "price": "9.50",
        "currency": "EUR",
        "inventory_id": str(uuid4()),
        "quantity": 12,
    }


def compare(name: str, target: float, port: int, requests: Any) -> None:
    """In the order A B B A, so that whatever else the machine does is shared out fairly."""
    sides = {root: requests(name, root) for root in (REAL, BARE)}
    for asked in sides.values():
        load(port, asked, SECONDS)
    taken: dict[str, list[Pass]] = {root: [] for root in sides}
    for _ in range(ROUNDS):
        for root in (REAL, BARE, BARE, REAL):
            taken[root].append(measured(port, sides[root]))
    real, bare = (Pass(*map(median, zip(*taken[root], strict=True))) for root in sides)
    show(name, real.rate, "requests/s", bound=bare.rate, target=target)
    show(f"{name}, CPU of a request", real.cpu, "us", bound=bare.cpu)


def measured(port: int, requests: Iterator[bytes]) -> Pass:
    before = worked(port)
    done: Load = load(port, requests, SECONDS)
    return Pass(done.requests / done.seconds, (worked(port) - before) / done.requests * 1e6)


def worked(port: int) -> float:
    """Seconds of CPU that the one worker has used."""
    asked = Request(f"http://127.0.0.1:{port}/api/bare/cpu", headers={"X-Forwarded-Proto": "https"})
    with urlopen(asked, timeout=10) as response:  # noqa: S310
        return float(response.read())


@contextmanager
def server(**env: str) -> Iterator[int]:
    """The port of a gunicorn as in production, behind a proxy that speaks TLS, with one worker."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}"]
    process = subprocess.Popen(  # noqa: S603
        [*command, "--workers", "1", "--threads", "4", "--max-requests", "0", "config.wsgi"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "benchmarks.settings", "BEHIND_PROXY": "on", **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_answer(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(300):
        try:
            worked(port)
        except URLError:
            assert process.poll() is None, "gunicorn has stopped"
            sleep(0.1)
        else:
            return
    raise AssertionError("gunicorn does not answer")


if __name__ == "__main__":
    main()
