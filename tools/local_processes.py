"""Services of Compose as processes on this machine: other addresses, other files, the same commands."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import NamedTuple

from tools import compose, credentials
from tools.compose import Service
from tools.private_server import free_port

BIN = Path(sys.executable).parent
PORTS = {"web": 8000, "rpc": 7000}
"""Of the commands that listen, inside their containers."""
INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ")
# To see what goes wrong, and to be seen by nobody else: a trial has passwords that everybody knows.
TRIAL = {"DEBUG": "on", "ALLOWED_HOSTS": "127.0.0.1,localhost", "ENV_FILE": "", "LISTEN": "127.0.0.1"}
# Celery says eight lines to root, who has nothing to lose in a trial.
QUIET = {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
RESOURCE_SERVERS = ("create_client", "Resource servers", "catalog:read", "--may-introspect")


class Process(NamedTuple):
    name: str
    service: Service
    command: list[str]
    env: dict[str, str]


class Here:
    """A topology on this machine, to be reached at a port."""

    def __init__(self, topology: str, port: int, folder: Path, namespace: str) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.folder = folder
        self.secrets = folder / "secrets"
        self._namespace = namespace
        variables = {**os.environ, "PUBLIC_URL": self.url}
        self._services = {one.name: one for one in compose.load(topology, variables)}
        listening = (name for name, one in self._services.items() if is_ours(one) and one.command[0] in PORTS)
        self._ports = {name: free_port() for name in listening}

    def preparations(self) -> list[Process]:
        """In the order in which they wait for each other."""
        waiting = {name: set(one.waits_for) for name, one in self._services.items()}
        order = [self._services[name] for name in TopologicalSorter(waiting).static_order()]
        return [self._process(one) for one in order if one.ends]

    def processes(self) -> Iterator[Process]:
        for service in self._services.values():
            if service.ends or not (is_ours(service) or is_proxy(service)):
                continue
            names = [f"{service.name}.{number}" for number in range(1, service.replicas + 1)]
            for name in names if len(names) > 1 else [service.name]:
                yield self._process(service)._replace(name=name)

    def addresses(self) -> list[str]:
        """Of whoever serves HTTP."""
        return [
            f"http://127.0.0.1:{port}"
            for name, port in self._ports.items()
            if self._services[name].command[0] == "web"
        ]

    def manage(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """A command of manage.py, where all modules are."""
        proxy = next(one for one in self._services.values() if is_proxy(one))
        whole = self._services[proxy.environment["ADMIN_WEB"].partition(":")[0]]
        return [sys.executable, "-m", "config", "manage", *arguments], self._env(whole)

    def introduce_resource_servers(self) -> None:
        """Identity knows a client's secret by its hash only, so it is made there, and told the others."""
        if not any("introspection_client_id" in one.secrets for one in self._services.values()):
            return
        command, env = self.manage(*RESOURCE_SERVERS)
        done = subprocess.run(command, env=env, check=False, stdout=subprocess.PIPE, text=True)
        credentials.write(self.secrets, credentials.of_introspection(done.stdout))

    def _process(self, service: Service) -> Process:
        command = [sys.executable, "-m", "config", *service.command]
        if is_proxy(service):
            command = [str(BIN / "caddy"), "run", "--config", str(compose.FOLDER / "Caddyfile")]
        if service.name in self._ports:
            command += ["--bind", f"127.0.0.1:{self._ports[service.name]}"]
        return Process(service.name, service, command, self._env(service))

    def _env(self, service: Service) -> dict[str, str]:
        """A demo is made by who has all modules."""
        own = {name: self._translated(value) for name, value in service.environment.items()}
        trial = {
            **TRIAL,
            **QUIET,
            "DEMO": "off" if "SHOP_MODULES" in own else "on",
            "DATA_DIR": str(self.folder),
            "MESSAGING_NAMESPACE": self._namespace,
            "XDG_DATA_HOME": str(self.folder),
        }
        if "METRICS_BIND" in own:
            own["METRICS_BIND"] = f"127.0.0.1:{free_port()}"
        inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
        return inherited | own | trial

    def _translated(self, value: str) -> str:
        """Names of the network of containers are ports here; secrets are where they were written."""
        value = value.replace("/run/secrets/", f"{self.secrets}/").replace("collector:", "127.0.0.1:")
        return re.sub(
            r"\b([\w-]+):\d+",
            lambda found: f"127.0.0.1:{self._ports[found[1]]}" if found[1] in self._ports else found[0],
            value,
        )


def is_ours(service: Service) -> bool:
    return service.image.startswith("shop:")


def is_proxy(service: Service) -> bool:
    return service.image.startswith("caddy:")
