"""Requests of the API with one trace in ten recorded, beside the same server without, and that one again."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from statistics import fmean, median
from typing import Any

from benchmarks.harness import configure, databases, show
from benchmarks.http import PRODUCTS, REAL, Pass, measured, requests, server
from benchmarks.load import load
from tools.private_server import free_port

ROUNDS, SECONDS, TARGET = 12, 0.7, 0.85
Ports = tuple[int, int, int]
"""Of the server without traces, the one with them, and another one without."""
COLLECTOR = """
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        print(self.path, flush=True)

    def log_message(self, *_): ...

ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def main() -> None:
    configure()
    with databases(), collector() as traced:
        from benchmarks.products import seed
        from shop.modules.catalog.models import Product
        from tests.support import a_client_with

        seed(PRODUCTS)
        ids = list(Product.objects.values_list("id", flat=True))
        client: Any = a_client_with("catalog:read", "catalog:write")
        token = client._credentials["HTTP_AUTHORIZATION"].partition(" ")[2]
        with server() as off, server(**traced) as on, server() as again:
            for name in ("get", "list", "create"):
                compare(name, (off, on, again), lambda name: requests(name, REAL, token, ids))


@contextmanager
def collector() -> Iterator[dict[str, str]]:
    """A process that takes and forgets; the environment of who sends to it."""
    port = free_port()
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", COLLECTOR, str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_TRACES_SAMPLER": "parentbased_traceidratio",
            "OTEL_TRACES_SAMPLER_ARG": "0.1",
        }
        process.terminate()
        assert b"/v1/traces" in process.communicate()[0], "no span has arrived"
    finally:
        process.kill()


def compare(name: str, ports: Ports, asked: Any) -> None:
    """What counts is the ratio within a round, in which the servers take turns at being first and last."""
    for port in ports:
        load(port, asked(name), SECONDS)
    rounds: list[list[Pass]] = []
    for number in range(ROUNDS):
        start = number % len(ports)
        order = (*ports[start:], *ports[:start])
        passes = [(port, measured(port, asked(name))) for port in (*order, *reversed(order))]
        rounds.append([mean(one for port, one in passes if port == each) for each in ports])
    off = mean(taken[0] for taken in rounds)
    for place, what, target in ((1, "traced", TARGET), (2, "base again", None)):
        rate, cpu = (median(taken[place][n] / taken[0][n] for taken in rounds) for n in (0, 1))
        show(f"{name}, {what}", rate * off.rate, "requests/s", bound=off.rate, target=target)
        show(f"{name}, {what}: CPU of a request", cpu * off.cpu, "us", bound=off.cpu)


def mean(passes: Iterable[Pass]) -> Pass:
    return Pass(*map(fmean, zip(*passes, strict=True)))


if __name__ == "__main__":
    main()
