"""A PostgreSQL and a RabbitMQ that may be killed: private ones, each behind a proxy."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.resilience.proxy import Proxy
from tools import private_rabbitmq
from tools.private_server import Server
from tools.services import KINDS, POSTGRESQL, RABBITMQ, private


class Mortal:
    """A server that can be killed and started again, and the network before it."""

    def __init__(self, server: Server, stack: ExitStack) -> None:
        self._server, self._stack, self._process = server, stack, server.process
        self.direct_url = server.wait()
        self.network = Proxy(urlsplit(self.direct_url).port or 0)
        stack.callback(self.network.close)

    @property
    def url(self) -> str:
        """Through the proxy."""
        url = urlsplit(self.direct_url)
        login = url.netloc.rpartition("@")[0]
        return url._replace(netloc=f"{login}@127.0.0.1:{self.network.port}").geturl()

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def start(self) -> None:
        self._process = self._stack.enter_context(self._server.again())
        Server(
            "server", "", self._server.is_ready, self._process, self._server.log, self._server.again
        ).wait()

    @contextmanager
    def away(self) -> Iterator[None]:
        self.kill()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def out_of_memory(self) -> Iterator[None]:
        """The alarm of RabbitMQ, which then reads no more from who publishes."""
        self.control("set_vm_memory_high_watermark", "0.0001")
        try:
            yield
        finally:
            self.control("set_vm_memory_high_watermark", "absolute", "1GB")

    @contextmanager
    def with_short_queues(self) -> Iterator[None]:
        """Queues that refuse what they have no room for, and take the next one as soon as they do."""
        limits = '{"max-length": 2, "overflow": "reject-publish"}'
        self.control("set_policy", "short", r"\.ledger\.", limits, "--apply-to", "queues")
        try:
            yield
        finally:
            self.control("clear_policy", "short")

    def control(self, *arguments: str) -> None:
        """``rabbitmqctl``."""
        binaries = private_rabbitmq.find()
        assert binaries
        command = [
            str(binaries / "rabbitmqctl"),
            "-q",
            "-n",
            self._server.env["RABBITMQ_NODENAME"],
            *arguments,
        ]
        subprocess.run(command, env=dict(self._server.env), check=True, capture_output=True)


def are_here() -> bool:
    return all(kind.find() for kind in KINDS)


@contextmanager
def mortal_servers() -> Iterator[tuple[Mortal, Mortal]]:
    """PostgreSQL and RabbitMQ. They start beside each other."""
    with ExitStack() as stack:
        started = {}
        for kind in KINDS:
            folder = kind.find() or Path()
            started[kind] = stack.enter_context(private(kind, folder))
        servers = {kind: Mortal(server, stack) for kind, server in started.items()}
        yield servers[POSTGRESQL], servers[RABBITMQ]
