"""/metrics for processes that serve no HTTP: a port of their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from prometheus_client import CONTENT_TYPE_LATEST

from shop.building_blocks.telemetry.metrics.exposition import exposition, may_read


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    timeout = 10

    def address_string(self) -> str:
        """No look-up of names."""
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


def _answer(environ: dict[str, Any], start_response: Callable[..., object]) -> list[bytes]:
    if environ["PATH_INFO"] != "/metrics":
        return _say(start_response, "404 Not Found", b"There is nothing but /metrics.\n")
    if not may_read(environ.get("HTTP_AUTHORIZATION", ""), environ["REMOTE_ADDR"]):
        return _say(start_response, "401 Unauthorized", b"Show METRICS_TOKEN, as a bearer token.\n")
    start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
    return [exposition()]


def _say(start_response: Callable[..., object], status: str, text: bytes) -> list[bytes]:
    start_response(status, [("Content-Type", "text/plain"), ("WWW-Authenticate", "Bearer")])
    return [text]


@contextmanager
def listening() -> Iterator[None]:
    """At METRICS_BIND, if there is one. Raises ImproperlyConfigured when somebody has the port."""
    if not settings.METRICS_BIND:
        yield
        return
    host, _, port = settings.METRICS_BIND.rpartition(":")
    try:
        server = make_server(host, int(port), _answer, _Server, _Handler)
    except OSError as error:
        raise ImproperlyConfigured(
            f"METRICS_BIND is {settings.METRICS_BIND}, which cannot be used: {error.strerror}."
        ) from None
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
