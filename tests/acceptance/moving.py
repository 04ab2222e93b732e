"""A monolith whose inventory becomes a service, step by step, as docs/topologies.md tells."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.sql import SQL, Identifier

from tests.acceptance.processes import MODULES, ROOT, WORKER, Command, Process, proxy, rpc, web
from tests.acceptance.shops import Monolith
from tests.support import eventually
from tools.private_postgresql import client
from tools.private_server import free_port

URL = "INVENTORY_DATABASE_URL"
DOCUMENT = (ROOT / "docs/topologies.md").read_text()
LINES: list[str] = re.findall(r"^ +(pg_(?:dump|restore) .*)$", DOCUMENT, re.MULTILINE)
ONE = ("--workers", "1")
"""Of a web server, which is enough here and starts sooner."""


class Moving(Monolith):
    """At first one role has everything, and each process serves everything. Processes have names here."""

    def __init__(self, folder: Path) -> None:
        self.running: dict[str, Process] = {}
        self.service: dict[str, str] = {}
        """The environment of the inventory's own processes."""
        self._web_port, self._admin_port = free_port(), free_port()
        self._upstreams: dict[str, str] = {}
        super().__init__(folder)

    def settings(self) -> dict[str, str]:
        admin = urlsplit(os.environ["DATABASE_ADMIN_URL"])
        login = f"{self.name}:everybodys@{admin.netloc.rpartition('@')[2]}"
        shared = admin._replace(netloc=login, path=f"/{self.name}").geturl()
        own = dict.fromkeys((f"{module.upper()}_DATABASE_URL" for module in MODULES), "")
        return super().settings() | own | {"DATABASE_URL": shared}

    def begin(self) -> None:
        port = free_port()
        self._start({"web": web(port, *ONE), "worker": WORKER})
        self._lead(port, "CATALOG", "INVENTORY", "IDENTITY", "ADMIN")

    def give_it_a_role_of_its_own(self) -> None:
        self.env[URL] = self.database_url("inventory")
        self.manage("create_roles", SHOP_MODULES="inventory")
        self._restart_the_monolith("CATALOG", "INVENTORY", "IDENTITY", "ADMIN")
        self._administer("REVOKE {} FROM {}", self.role, self.name)

    def let_it_answer_questions(self) -> None:
        self.service = {"SHOP_MODULES": "inventory", URL: self.env[URL], "DATABASE_URL": ""}
        self.service |= {"OIDC_SIGNING_KEY": ""}
        self._start({"inventory rpc": rpc(self._rpc_port, **self.service)})
        self.env["INVENTORY_RPC_TARGET"] = f"127.0.0.1:{self._rpc_port}"

    def let_it_handle_events(self) -> None:
        command = Command([*WORKER.arguments, "-B"], env=self.service)
        self._start({"inventory worker": command})

    def let_it_serve(self) -> None:
        client_id, secret = self._create_client("catalog:read", "--may-introspect")
        self.service |= {"INTROSPECTION_CLIENT_ID": client_id, "INTROSPECTION_CLIENT_SECRET": secret}
        self.service |= {"IDENTITY_URL": self.url}
        self._start({"inventory web": web(self._web_port, *ONE, **self.service)})
        self._lead(self._web_port, "INVENTORY", to="inventory web")

    def take_it_out_of_the_monolith(self) -> None:
        self.env |= {"SHOP_MODULES": "catalog,identity", URL: ""}
        self._upstreams["ADMIN_WEB"] = f"127.0.0.1:{self._admin_port}"
        self._restart_the_monolith("CATALOG", "IDENTITY", beside={"admin": self._admin()})

    def stop_it(self) -> None:
        """The admin changes its tables, too."""
        self._stop("inventory web", "inventory worker", "inventory rpc", "admin")

    def move_its_database(self) -> None:
        before = self.service[URL]
        self.service[URL] = urlsplit(before)._replace(path=f"/{self.name}_inventory").geturl()
        self.manage("create_roles", **self.service)
        self._administer("REVOKE CONNECT ON DATABASE {} FROM {}", self.name, self.role)
        # As the administrator, who may still connect.
        source = urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=f"/{self.name}").geturl()
        in_a_shell(*LINES, cwd=self.folder, OLD=source, NEW=self.service[URL])
        self.manage("migrate_modules", **self.service)

    def start_it_again(self) -> None:
        commands = {
            "inventory web": web(self._web_port, *ONE, **self.service),
            "inventory worker": Command([*WORKER.arguments, "-B"], env=self.service),
            "inventory rpc": rpc(self._rpc_port, **self.service),
            "admin": self._admin(),
        }
        self._start(commands)
        self._administer("DROP SCHEMA inventory CASCADE", database=self.name)

    @property
    def role(self) -> str:
        return str(urlsplit(self.database_url("inventory")).username)

    def ask(self, module: str, sql: str) -> list[tuple[Any, ...]]:
        """Tables need their schema's name: one role may have several."""
        own = (self.service or self.env)[URL] if module == "inventory" else ""
        with psycopg.connect(own or self.env["DATABASE_URL"]) as connection:
            return connection.execute(SQL(sql)).fetchall()

    def forget(self) -> None:
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as connection:
            for name in (self.name, f"{self.name}_inventory"):
                connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
            connection.execute(SQL("DROP ROLE IF EXISTS {}").format(Identifier(self.name)))

    def _admin(self) -> Command:
        return web(self._admin_port, *ONE, **{"SHOP_MODULES": ",".join(MODULES), URL: self.service[URL]})

    def _restart_the_monolith(self, *upstreams: str, beside: Mapping[str, Command] = {}) -> None:
        """Nothing is switched off before what replaces it runs."""
        before = {f"former {name}": self.running.pop(name) for name in ("web", "worker")}
        self.running |= before
        port = free_port()
        self._start({"web": web(port, *ONE), "worker": WORKER, **beside})
        self._lead(port, *upstreams)
        self._stop(*before)

    def _lead(self, port: int, *upstreams: str, to: str = "web") -> None:
        """By another proxy at the same port, until it is seen to be asked there; then without the former."""
        self._upstreams |= {f"{name}_WEB": f"127.0.0.1:{port}" for name in upstreams}
        former = self.running.pop("proxy", None)
        own = {"LISTEN": "127.0.0.1", "XDG_DATA_HOME": str(self.folder)}
        self._start({"proxy": proxy(self.port, **self._upstreams, **own)})
        if former:
            eventually(lambda: "api/v1/" in self.running[to].output)
            self.running["former proxy"] = former
            self._stop("former proxy")

    def _start(self, commands: Mapping[str, Command]) -> None:
        count = len(self.processes)
        self.launch(commands.values())
        self.running |= dict(zip(commands, self.processes[count:], strict=True))

    def _stop(self, *names: str) -> None:
        stopping = [self.running.pop(name) for name in names]
        for process in stopping:
            process.tell(self.stop_signal)
        for process in stopping:
            assert process.wait() == 0, process.output
            self.processes.remove(process)

    def _administer(self, statement: str, *names: str, database: str = "postgres") -> None:
        url = urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=f"/{database}").geturl()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SQL(statement).format(*map(Identifier, names)))


def in_a_shell(*lines: str, cwd: Path, **variables: str) -> None:
    program = client("pg_dump")
    assert program
    env = {**os.environ, **variables, "PATH": f"{program.parent}:{os.environ['PATH']}"}
    for line in lines:
        done = subprocess.run(
            ["sh", "-c", line], env=env, cwd=cwd, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
