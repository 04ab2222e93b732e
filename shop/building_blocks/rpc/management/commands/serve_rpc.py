"""Answer the questions of other processes, over gRPC."""

import os
import signal
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from shop.building_blocks.database.ownership import refuse_foreign_databases
from shop.building_blocks.hosts import is_address, is_local
from shop.building_blocks.rpc.routing import contracts_here
from shop.building_blocks.rpc.server.server import CannotListen, Server
from shop.building_blocks.rpc.settings import rpc
from shop.building_blocks.telemetry.metrics.listener import listening
from shop.building_blocks.telemetry.metrics.sending import sending
from shop.building_blocks.telemetry.pulse import beating


class Command(BaseCommand):
    help = (
        "Answer the contract queries of the modules that run here, over gRPC, with health and reflection. "
        "SIGTERM and Ctrl-C stop it: it takes no more calls, and finishes those in hand."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--bind", default="127.0.0.1:7000", metavar="HOST:PORT", help="127.0.0.1:7000 by default"
        )
        parser.add_argument(
            "--threads",
            type=int,
            default=4,
            help="questions answered at a time, each over its own database connection; 4 by default. Three "
            "times as many wait, and more are refused",
        )
        parser.add_argument(
            "--grace",
            type=float,
            default=10.0,
            metavar="SECONDS",
            help="for calls in hand when it is to stop; 10 by default. Let who stops it wait longer",
        )

    def handle(self, *_args: Any, bind: str, threads: int, grace: float, **_options: Any) -> None:
        host = _host(bind)
        if threads < 1 or grace < 0:
            raise CommandError("--threads must be 1 or more, and --grace not negative.")
        _require_token(host)
        contracts = contracts_here()
        if not contracts:
            raise CommandError("None of the modules that run here answers questions of others.")
        refuse_foreign_databases()
        stopping = _stopping()
        server = Server(contracts, threads)
        port = _listen(server, bind)
        names = ", ".join(contract.module for contract in contracts)
        self._say(f"Answering for {names} at {host}:{port}, {_security()}. Ctrl-C stops.")
        with sending():
            with listening(), beating(settings.HEALTH_DIR, "rpc", server.is_well):
                os.read(stopping, 1)
            self._say("Stopping: the calls in hand are finished first")
            server.stop(grace)
        self._say("Stopped")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _host(bind: str) -> str:
    if not is_address(bind):
        raise CommandError(f"--bind must be HOST:PORT, such as 127.0.0.1:7000 or [::1]:7000, and not {bind}.")
    return bind.rpartition(":")[0]


def _listen(server: Server, bind: str) -> int:
    try:
        return server.listen(bind)
    except CannotListen as error:
        raise CommandError(str(error)) from None


def _require_token(host: str) -> None:
    if rpc().tokens or (settings.DEBUG and is_local(host)):
        return
    raise CommandError(
        "RPC_TOKENS is not set, and everybody who reaches the port would be answered. Set it to a long "
        "random string, the same for all services; only a trial on 127.0.0.1 with DEBUG=on needs none."
    )


def _security() -> str:
    token = "with a service token" if rpc().tokens else "without a service token"
    return f"{token}, {'mutual TLS' if rpc().identity else 'not encrypted'}"


def _stopping() -> int:
    """The end of a pipe, in which there is something to read once the process is to stop.

    The kernel may give a signal to any thread, and only what it interrupts wakes up; it could also come just
    before the main thread waits. What is in a pipe is seen in both cases.
    """
    readable, writable = os.pipe()
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable)
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, lambda *_: None)
    return readable
