"""Real processes of the shop, as users start them, each with databases of its own."""

import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import requests
from psycopg.sql import SQL, Identifier

from config.signing_key import generated
from tests.support import eventually
from tools.private_server import free_port

ROOT = Path(__file__).parents[2]
MODULES = ("catalog", "inventory", "identity")
LIMITS = (
    "REQUESTS_PER_CLIENT",
    "REQUESTS_PER_ADDRESS",
    "REGISTRATIONS_PER_ADDRESS",
    "TOKENS_PER_CLIENT",
    "TOKEN_FAILURES_PER_ADDRESS",
)
UNLIMITED = dict.fromkeys(LIMITS, "1000000/min")
"""All scenarios together ask more from one address than an honest client does."""


def production(url: str) -> dict[str, str]:
    """What a shop that is not a trial does not start without."""
    return {
        "DEBUG": "off",
        "SECRET_KEY": "of the tests",
        "PUBLIC_URL": url,
        "OIDC_SIGNING_KEY": generated(),
    }


class Process:
    """A child in a session of its own, so that a signal reaches it alone; its output is in a file."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        return self._process.wait(30)

    def kill(self) -> None:
        """As the kernel does when memory runs out: the whole group, and nobody gets to say goodbye."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Shop(ABC):
    """A running shop, whatever it is made of."""

    credentials = ("demo", "demo-secret")
    stop_signal: signal.Signals

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
    def commands(self) -> list[list[str]]: ...

    @abstractmethod
    def inventory_is_busy(self) -> AbstractContextManager[None]:
        """Nobody can open stock while the body runs: events wait between delivery and effect."""

    @abstractmethod
    def ask_inventory(self, sql: str) -> list[tuple[Any, ...]]:
        """Look into the inventory's database, also when no process runs."""

    @abstractmethod
    def forget(self) -> None:
        """Remove what is not in the folder."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, env=self.env, cwd=ROOT, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        for number, command in enumerate(self.commands()):
            self.processes.append(Process(command, self.env, self.folder / f"process-{number}.log"))
        eventually(self.is_ready, seconds=60)

    def is_ready(self) -> bool:
        dead = [process.output for process in self.processes if not process.is_alive()]
        assert not dead, dead
        try:
            return requests.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

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

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token or self.log_in()}"}
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


class LocalShop(Shop):
    """One process, SQLite, events in the process: what ``make run`` starts, and Ctrl-C stops."""

    stop_signal = signal.SIGINT

    def settings(self) -> dict[str, str]:
        return {"DEBUG": "on", "DEMO": "on"}

    def prepare(self) -> None:
        """``serve`` does all of it."""

    def commands(self) -> list[list[str]]:
        return [[sys.executable, "manage.py", "serve", "--port", str(self.port)]]

    @contextmanager
    def inventory_is_busy(self) -> Iterator[None]:
        connection = self._inventory()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.close()

    def ask_inventory(self, sql: str) -> list[tuple[Any, ...]]:
        connection = self._inventory()
        try:
            return list(connection.execute(sql))
        finally:
            connection.close()

    def _inventory(self) -> Any:
        import sqlite3  # noqa: PLC0415  only here

        return sqlite3.connect(self.folder / "inventory.sqlite3", isolation_level=None)

    def forget(self) -> None:
        """Everything is in the folder."""


class Monolith(Shop):
    """PostgreSQL with a role per module, RabbitMQ, gunicorn and a Celery worker, as in production."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.name = f"shop_{os.getpid()}_{folder.name}".replace("-", "_")
        super().__init__(folder)

    def settings(self) -> dict[str, str]:
        urls = {f"{module.upper()}_DATABASE_URL": self._database_url(module) for module in MODULES}
        return urls | {
            **production(self.url),
            "SECURE_SSL_REDIRECT": "off",
            "MESSAGING_NAMESPACE": self.name,
        }

    def _database_url(self, module: str) -> str:
        return urlsplit(os.environ[f"{module.upper()}_DATABASE_URL"])._replace(path=f"/{self.name}").geturl()

    def prepare(self) -> None:
        self.manage("create_roles")
        self.manage("migrate_modules")
        scopes = ["catalog:read", "catalog:write", "inventory:read", "inventory:write"]
        lines = self.manage("create_client", "Acceptance", *scopes).split()
        self.credentials = (lines[0].partition("=")[2], lines[1].partition("=")[2])

    def commands(self) -> list[list[str]]:
        bind = f"127.0.0.1:{self.port}"
        web = ["gunicorn", "-c", "config/gunicorn.py", "-b", bind, "config.wsgi"]
        worker = ["celery", "-A", "config", "worker", "-P", "solo", "-l", "INFO"]
        return [[sys.executable, "-m", *web], [sys.executable, "-m", *worker]]

    @contextmanager
    def inventory_is_busy(self) -> Iterator[None]:
        with self._inventory() as connection:
            connection.execute("LOCK TABLE inventory_stock IN SHARE MODE")
            yield

    def ask_inventory(self, sql: str) -> list[tuple[Any, ...]]:
        with self._inventory() as connection:
            return connection.execute(SQL(sql)).fetchall()

    def _inventory(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._database_url("inventory"))

    def forget(self) -> None:
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(self.name)))
