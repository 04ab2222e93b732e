"""Real processes: one that answers, and one that asks it."""

import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import grpc

from shop.building_blocks.breaker import Breaker
from shop.building_blocks.rpc.client.remote import Remote
from shop.building_blocks.rpc.contract import Contract
from tests.acceptance.processes import Process
from tests.rpc.oracle import contracts
from tests.support import eventually

ORACLE = Contract("oracle", contracts)
TOKEN = "of the tests"
METADATA = (("authorization", f"Bearer {TOKEN}"),)
ENV = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.rpc.settings", "DEBUG": "on", "RPC_TOKENS": TOKEN}
ENV |= {"BROKER_URL": "", "ENV_FILE": ""}


def write_ahead(database: Path) -> None:
    """As a migration leaves it: of two who open a new file at once, one cannot change its journal."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


class Oracle:
    """``manage.py serve_rpc`` for the oracle, at a port that it chooses; when started again, at the same."""

    def __init__(self, folder: Path, threads: int = 2, port: int = 0, **variables: str) -> None:
        self._env = ENV | {"RUNS": "oracle", "DATA_DIR": str(folder)} | variables
        self._log = folder / "oracle.log"
        self._threads = threads
        self.port = port
        write_ahead(folder / "oracle.sqlite3")
        self.start()

    def start(self) -> None:
        self._log.unlink(missing_ok=True)
        serve = [sys.executable, "manage.py", "serve_rpc", "--bind", f"127.0.0.1:{self.port}"]
        self.process = Process([*serve, "--threads", str(self._threads)], self._env, self._log)
        found = eventually(self._address)
        self.port = int(found[1])

    def _address(self) -> re.Match[str] | None:
        assert self.process.is_alive(), self.process.output
        return re.search(r"Answering for oracle at 127\.0\.0\.1:(\d+)", self.process.output)

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    def remote(self, breaker: Breaker | None = None) -> Remote:
        return Remote(ORACLE, self.target, breaker)

    @contextmanager
    def method(self, path: str, credentials: grpc.ChannelCredentials | None = None) -> Iterator[Any]:
        """As gRPC knows it, without anything of ours: from bytes to bytes."""
        with self.channel(credentials) as channel:
            yield channel.unary_unary(path)

    def channel(self, credentials: grpc.ChannelCredentials | None = None) -> grpc.Channel:
        if credentials:
            return grpc.secure_channel(self.target, credentials)
        return grpc.insecure_channel(self.target)

    def end(self) -> None:
        if self.process.is_alive():
            self.process.kill()
