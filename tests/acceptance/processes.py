"""Real processes of the shop, as users start them, each with databases of its own."""

import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple
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


class Command(NamedTuple):
    """``env`` is what it has beside the shop's; a web process has a ``port``."""

    arguments: Sequence[str]
    port: int = 0
    env: Mapping[str, str] = {}


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


class Process:
    """A child in a session of its own, so that a signal reaches it alone; its output is in a file."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], log: Path, port: int = 0) -> None:
        self.log = log
        self.port = port
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=env, cwd=ROOT, stdout=output, stderr=output, start_new_session=True
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def output(self) -> str:
        return self.log.read_text()

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        return self._process.wait(30)

    def is_ready(self) -> bool:
        """Whether it serves, if that is what it is for."""
        assert self.is_alive(), self.output
        try:
            return not self.port or requests.get(f"{address(self.port)}/readyz", timeout=5).ok
        except requests.RequestException:
            return False

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

    def url_of(self, path: str) -> str:
        return f"{self.url}{path}"

    def only(self, module: str) -> dict[str, str]:
        """The environment of a process that has this module alone, where there is one."""
        return {}

    def manage(self, *arguments: str, **env: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, env=self.env | env, cwd=ROOT, check=False, capture_output=True, text=True
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
            self.processes.append(Process(command.arguments, {**self.env, **command.env}, log, command.port))
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

    def call(self, method: str, path: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self._token or self.log_in()}"}
        return requests.request(method, self.url_of(path), headers=headers, timeout=20, **kwargs)

    def log_in(self) -> str:
        answer = requests.post(
            self.url_of("/connect/token"),
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
    """PostgreSQL with a role per module, RabbitMQ, gunicorn and a Celery worker, as in production."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path) -> None:
        self.name = f"shop_{os.getpid()}_{folder.name}".replace("-", "_")
        super().__init__(folder)

    def settings(self) -> dict[str, str]:
        urls = {f"{module.upper()}_DATABASE_URL": self.database_url(module) for module in MODULES}
        return urls | {
            **production(self.url),
            "SECURE_SSL_REDIRECT": "off",
            "MESSAGING_NAMESPACE": self.name,
        }

    def database(self, module: str) -> str:
        return self.name

    def database_url(self, module: str) -> str:
        given = urlsplit(os.environ[f"{module.upper()}_DATABASE_URL"])
        return given._replace(path=f"/{self.database(module)}").geturl()

    def prepare(self) -> None:
        self.manage("create_roles")
        self.manage("migrate_modules")
        self._create_client()

    def _create_client(self, **env: str) -> None:
        scopes = ["catalog:read", "catalog:write", "inventory:read", "inventory:write"]
        lines = self.manage("create_client", "Acceptance", *scopes, **env).split()
        self.credentials = (lines[0].partition("=")[2], lines[1].partition("=")[2])

    def commands(self) -> list[Command]:
        return [web(self.port), WORKER]

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


WORKER = Command([sys.executable, "-m", "celery", "-A", "config", "worker", "-P", "solo", "-l", "INFO"])


def web(port: int, **env: str) -> Command:
    arguments = ["gunicorn", "-c", "config/gunicorn.py", "-b", f"127.0.0.1:{port}", "config.wsgi"]
    return Command([sys.executable, "-m", *arguments], port, env)


class Services(Monolith):
    """A database, a web process and a worker for each module; the admin is one more process, over all."""

    PATHS = {
        "/api/v1/products": "catalog",
        "/api/v1/inventories": "inventory",
        "/api/v1/stock": "inventory",
        "/api/v1/reservations": "inventory",
        "/api/v1/users": "identity",
        "/connect": "identity",
    }

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ports = {module: free_port() for module in MODULES}

    def database(self, module: str) -> str:
        return f"{self.name}_{module}"

    def prepare(self) -> None:
        """Each module sees to its own database; the admin then names the permissions of all."""
        for module in MODULES:
            self.manage("create_roles", **self.only(module))
            self.manage("migrate_modules", **self.only(module))
        self.manage("migrate", "--database", "identity")
        self._create_client(**self.only("identity"))

    def only(self, module: str) -> dict[str, str]:
        """The environment of a process that has this module, and no secrets of others."""
        unknown = [f"{other.upper()}_DATABASE_URL" for other in MODULES if other != module]
        if module != "identity":
            unknown.append("OIDC_SIGNING_KEY")
        return {"SHOP_MODULES": module, **dict.fromkeys(unknown, "")}

    def commands(self) -> list[Command]:
        return [*(one for module in MODULES for one in self.commands_of(module)), self.admin()]

    def commands_of(self, module: str) -> list[Command]:
        return [web(self.ports[module], **self.only(module)), WORKER._replace(env=self.only(module))]

    def admin(self) -> Command:
        return web(self.port)

    def url_of(self, path: str) -> str:
        served_by = [module for begin, module in self.PATHS.items() if path.startswith(begin)]
        return f"{address(self.ports[served_by[0]]) if served_by else self.url}{path}"
