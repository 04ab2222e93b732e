"""Running shops, each with databases of its own, whatever they are made of."""

import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
import requests
from psycopg.sql import SQL, Identifier

from tests.acceptance.processes import (
    MODULES,
    PRESENT,
    UNLIMITED,
    WORKER,
    Command,
    Process,
    address,
    production,
    rpc,
    web,
)
from tests.support import eventually
from tools.private_server import free_port


class Shop(ABC):
    """A running shop, whatever it is made of."""

    credentials = ("demo", "demo-secret")
    stop_signal: signal.Signals
    version = PRESENT
    """Of the commands of ``manage``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.processes: list[Process] = []
        self.env = {**os.environ, "DATA_DIR": str(folder), "LOG_LEVEL": "DEBUG"}
        self.env |= {"DJANGO_SETTINGS_MODULE": "config.settings", **UNLIMITED, **self.settings()}
        self._token = ""

    @abstractmethod
    def settings(self) -> dict[str, str]: ...

    @abstractmethod
    def prepare(self) -> None:
        """Make databases, tables and an OAuth client."""

    @abstractmethod
    def commands(self) -> list[Command]: ...

    @abstractmethod
    def inventory_is_busy(self) -> AbstractContextManager[None]:
        """Nobody can open stock while the body runs: events wait between delivery and effect."""

    @abstractmethod
    def ask(self, module: str, sql: str) -> list[tuple[Any, ...]]:
        """Look into a module's database, also when no process runs."""

    @abstractmethod
    def forget(self) -> None:
        """Remove what is not in the folder."""

    @property
    def url(self) -> str:
        return address(self.port)

    def only(self, module: str) -> dict[str, str]:
        """The environment of a process that has this module alone, where there is one."""
        return {}

    def manage(self, *arguments: str, **env: str) -> str:
        command = [self.version.python, "manage.py", *arguments]
        done = subprocess.run(
            command, env=self.env | env, cwd=self.version.root, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def send(self, message: str, **env: str) -> str:
        """Send ``"catalog.create_product.CreateProduct(...)"`` in a process of its own; its answer."""
        module, slice_, call = message.split(".", 2)
        script = (
            "from shop.building_blocks.mediator import send\n"
            f"from shop.modules.{module}.features.{slice_} import *\n"
            f"print(send({call}))"
        )
        return self.manage("shell", "--verbosity", "0", "--command", script, **env).strip()

    def start(self) -> None:
        self.launch(self.commands())

    def launch(self, commands: Iterable[Command]) -> None:
        """Start these, too, and wait until all that runs is ready."""
        for command in commands:
            log = self.folder / f"process-{len(self.processes)}.log"
            self.processes.append(Process.of(command, self.env, log))
        eventually(lambda: all(process.is_ready() for process in self.processes), seconds=60)

    def said(self, line: str) -> int:
        """How often a line of the log has it."""
        return sum(process.output.count(line) for process in self.processes)

    def ask_to_stop(self) -> None:
        for process in self.processes:
            process.tell(self.stop_signal)

    def exit_codes(self) -> list[int]:
        return [self.processes.pop().wait() for _ in list(self.processes)]

    def kill(self) -> None:
        while self.processes:
            self.processes.pop().kill()

    def call(
        self, method: str, path: str, headers: Mapping[str, str] = {}, **kwargs: Any
    ) -> requests.Response:
        headers = {**headers, "Authorization": f"Bearer {self._token or self.log_in()}"}
        return requests.request(method, f"{self.url}{path}", headers=headers, timeout=20, **kwargs)

    def log_in(self) -> str:
        answer = requests.post(
            f"{self.url}/connect/token",
            auth=self.credentials,
            data={"grant_type": "client_credentials"},
            timeout=20,
        )
        self._token = answer.json()["access_token"]
        return self._token


S = TypeVar("S", bound=Shop)


@contextmanager
def prepared(shop: S) -> Iterator[S]:
    """Afterwards nothing of it runs or is kept, however far it came."""
    try:
        shop.prepare()
        yield shop
    finally:
        shop.kill()
        shop.forget()


class LocalShop(Shop):
    """One process, SQLite, events in the process: what ``make run`` starts, and Ctrl-C stops."""

    stop_signal = signal.SIGINT

    def settings(self) -> dict[str, str]:
        elsewhere = [
            "DATABASE_ADMIN_URL",
            "BROKER_URL",
            *(f"{module.upper()}_DATABASE_URL" for module in MODULES),
        ]
        return {"DEBUG": "on", "DEMO": "on", **dict.fromkeys(elsewhere, "")}

    def prepare(self) -> None:
        """The tables, for scenarios that begin with a command; ``serve`` would make them, too."""
        self.manage("migrate_modules")

    def commands(self) -> list[Command]:
        return [Command([sys.executable, "manage.py", "serve", "--port", str(self.port)], self.port)]

    @contextmanager
    def inventory_is_busy(self) -> Iterator[None]:
        connection = self._database("inventory")
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.close()

    def ask(self, module: str, sql: str) -> list[tuple[Any, ...]]:
        connection = self._database(module)
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()

    def _database(self, module: str) -> Any:
        import sqlite3  # noqa: PLC0415  only here

        return sqlite3.connect(self.folder / f"{module}.sqlite3", isolation_level=None)

    def forget(self) -> None:
        """Everything is in the folder."""


class Monolith(Shop):
    """PostgreSQL with a role per module, RabbitMQ, gunicorn and Celery workers, as in production."""

    SCOPES = ("catalog:read", "catalog:write", "inventory:read", "inventory:write", "users:read")
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.name = f"shop_{os.getpid()}_{folder.name}".replace("-", "_")
        self.rpc_token = token_urlsafe()
        self._rpc_port = free_port()
        super().__init__(folder)

    def settings(self) -> dict[str, str]:
        urls = {f"{module.upper()}_DATABASE_URL": self.database_url(module) for module in MODULES}
        return urls | {
            **production(self.url),
            "SECURE_SSL_REDIRECT": "off",
            "MESSAGING_NAMESPACE": self.name,
            "RPC_TOKENS": self.rpc_token,
        }

    def database(self, module: str) -> str:
        return self.name

    def database_url(self, module: str) -> str:
        given = urlsplit(os.environ[f"{module.upper()}_DATABASE_URL"])
        return given._replace(path=f"/{self.database(module)}").geturl()

    def prepare(self) -> None:
        self.manage("prepare")
        self.credentials = self._create_client(*self.SCOPES)

    def _create_client(self, *arguments: str, **env: str) -> tuple[str, str]:
        lines = self.manage("create_client", "Acceptance", *arguments, **env).split()
        return lines[0].partition("=")[2], lines[1].partition("=")[2]

    def commands(self) -> list[Command]:
        return [web(self.port, "--workers", "3"), WORKER, WORKER, rpc(self._rpc_port)]

    def rpc_port(self, module: str) -> int:
        """Where a module answers over gRPC."""
        return self._rpc_port

    @contextmanager
    def inventory_is_busy(self) -> Iterator[None]:
        with psycopg.connect(self.database_url("inventory")) as connection:
            connection.execute("LOCK TABLE inventory_stock IN SHARE MODE")
            yield

    def ask(self, module: str, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database_url(module)) as connection:
            return connection.execute(SQL(sql)).fetchall()

    def forget(self) -> None:
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
            for name in {self.database(module) for module in MODULES}:
                connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
