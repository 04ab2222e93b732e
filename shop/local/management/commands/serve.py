"""Everything in one process: migrate, make the demo data, deliver events, serve."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser, call_command
from django.core.servers.basehttp import (
    ThreadedWSGIServer,
    WSGIRequestHandler,
    get_internal_wsgi_application,
)

from shop.building_blocks.hosts import port as port_number
from shop.building_blocks.messaging.console.gauges import Messages
from shop.building_blocks.messaging.inprocess import residents
from shop.building_blocks.messaging.resident import running
from shop.building_blocks.telemetry.metrics.sending import sending
from shop.local import demo
from shop.local.welcome import welcome

HOST = "127.0.0.1"
_POLL = 0.1
"""Seconds until the server notices that it is to stop."""


class Server(ThreadedWSGIServer):
    """On closing, requests in hand are finished and idle connections are cut."""

    daemon_threads = False
    request_queue_size = 128  # Django's ten would reset the connections of a burst

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.idle: set[Any] = set()
        self.is_closing = False
        super().__init__(*args, **kwargs)

    def server_close(self) -> None:
        self.is_closing = True
        for connection in list(self.idle):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        super().server_close()


class Handler(WSGIRequestHandler):
    """Quiet, because the application logs a line per request itself."""

    server: Server

    def handle_one_request(self) -> None:
        self.server.idle.add(self.connection)
        try:
            if not self.server.is_closing:
                super().handle_one_request()
        finally:
            self.server.idle.discard(self.connection)
            self.close_connection = self.close_connection or self.server.is_closing

    def parse_request(self) -> bool:
        """A request has begun to arrive."""
        self.server.idle.discard(self.connection)
        return super().parse_request()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing."""


class Command(BaseCommand):
    help = (
        "Serve the modules from one process, for development on one machine: it migrates, makes the "
        "demo data if DEMO is on, and delivers events in the process unless BROKER_URL is set."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=port_number, default=8000, help="8000 unless told otherwise")

    def handle(self, *_args: Any, port: int, **_options: Any) -> None:
        server = _listen(port)
        self._say("Bringing the databases up to date")
        call_command("migrate_modules", verbosity=0)
        if settings.DEMO:
            self._say("Looking after the demo data")
            demo.make()
        server.set_app(get_internal_wsgi_application())
        with stopped_by_signals(server), sending([Messages()]), running(residents()):
            self._say(welcome(f"http://{HOST}:{port}"))
            server.serve_forever(poll_interval=_POLL)
            self._say("Stopping: the requests and the event in hand are finished first")
            server.server_close()
        self._say("Stopped")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _listen(port: int) -> Server:
    """Take the port first: nothing else is worth doing when somebody has it."""
    try:
        return Server((HOST, port), Handler)
    except OSError as error:
        raise CommandError(
            f"Port {port} cannot be used: {error.strerror}. Choose another one: make run PORT={_free_port()}"
        ) from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def stopped_by_signals(server: Server) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the loop of the server between two requests, and further ones change nothing.

    An exception instead would also strike while a request is handed to its thread, and socketserver then
    hangs up on it.
    """

    def stop(_signal: int, _frame: Any) -> None:
        Thread(target=server.shutdown).start()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
