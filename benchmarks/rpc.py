"""A question in this process, and the same over gRPC on this machine, beside an echo of bare gRPC."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

import grpc

from benchmarks.harness import configure, databases, show, timed
from tools.private_server import free_port

ASKED, ROUNDS = 400, 5
TOKEN = "of-the-benchmarks"  # noqa: S105


def main() -> None:
    os.environ["RPC_TOKENS"] = TOKEN
    configure()
    with databases(), answering() as target, echo() as call:
        from shop.building_blocks.mediator import send
        from shop.building_blocks.rpc.client.remote import Remote
        from shop.building_blocks.rpc.contract import contract_of
        from shop.modules.catalog.contracts import FindProducts

        products = create(100)
        remote = Remote(contract_of("catalog"), target)
        bare = microseconds(lambda: call(b"?"))
        show("an echo of bare gRPC", bare, "us")
        for count in (1, 20, 100):
            query = FindProducts(product_ids=tuple(products[:count]))
            assert remote(query) == send(query)
            here, there = microseconds(lambda: send(query)), microseconds(lambda: remote(query))  # noqa: B023
            show(f"find {count} of the products, in process", here, "us")
            show(f"find {count} of the products, over gRPC", there, "us")
            show("  the way there and back", there - here, "us", bound=bare)


def microseconds(ask: Callable[[], object]) -> float:
    """Of one question in the median round."""
    rounds = [timed(lambda: [ask() for _ in range(ASKED)]) for _ in range(ROUNDS + 1)]
    return median(rounds[1:]) / ASKED * 1e6


def create(count: int) -> list[UUID]:
    from uuid_utils.compat import uuid7

    from shop.building_blocks.mediator import send
    from shop.modules.catalog.features.create_product import CreateProduct

    known: dict[str, Any] = {"name": "Mug", "price": Decimal("9.50"), "inventory_id": uuid7(), "quantity": 1}
    return [send(CreateProduct(sku=f"BENCH-{number:05}", **known)) for number in range(count)]


@contextmanager
def answering() -> Iterator[str]:
    """A process that answers, and its address."""
    target = f"127.0.0.1:{free_port()}"
    serve = [sys.executable, "manage.py", "serve_rpc", "--bind", target]
    process = subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)  # noqa: S603
    assert process.stdout
    assert process.stdout.readline().startswith(b"Answering")
    try:
        yield target
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def echo() -> Iterator[Any]:
    """The bound: nothing but gRPC, in another process as well."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.rpc", str(port)])  # noqa: S603
    try:
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            grpc.channel_ready_future(channel).result(30)
            yield channel.unary_unary("/bare/Echo")
    finally:
        process.terminate()
        process.wait(30)


def serve_echo(port: str) -> None:
    handler: Any = grpc.unary_unary_rpc_method_handler(lambda data, _context: data)
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bare", {"Echo": handler}),))
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


if __name__ == "__main__":
    serve_echo(sys.argv[1]) if sys.argv[1:] else main()
