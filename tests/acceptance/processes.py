"""Real processes of the shop, as users start them."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from socket import create_connection
from typing import NamedTuple

import requests

from config.signing_key import generated

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


class Version(NamedTuple):
    """A tree of this repository, and a Python that has what it requires."""

    root: Path
    python: str


PRESENT = Version(ROOT, sys.executable)


class Command(NamedTuple):
    """``env`` is what it has beside the shop's; who serves has a ``port``, and HTTP a path that says so."""

    arguments: Sequence[str]
    port: int = 0
    env: Mapping[str, str] = {}
    probe: str = "/readyz"
    root: Path = ROOT

    def by(self, version: Version) -> "Command":
        """The same, in another version of the shop."""
        return self._replace(arguments=[version.python, *self.arguments[1:]], root=version.root)


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def answers(port: int, path: str) -> bool:
    """Whether somebody listens, and says that it is ready where there is a path to ask at."""
    try:
        if not path:
            create_connection(("127.0.0.1", port), timeout=5).close()
        return not path or requests.get(f"{address(port)}{path}", timeout=5).ok
    except OSError:  # those of requests, too
        return False


class Process:
    """A child in a session of its own, so that a signal reaches it alone; its output is in a file."""

    probe = "/readyz"

    def __init__(
        self, command: Sequence[str], env: Mapping[str, str], log: Path, port: int = 0, root: Path = ROOT
    ) -> None:
        self.log = log
        self.port = port
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=env, cwd=root, stdout=output, stderr=output, start_new_session=True
            )

    @classmethod
    def of(cls, command: Command, env: Mapping[str, str], log: Path) -> "Process":
        """``env`` is the shop's."""
        process = cls(command.arguments, {**env, **command.env}, log, command.port, command.root)
        process.probe = command.probe
        return process

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

    def hang(self, *, on: bool = True) -> None:
        """The whole group: it listens, and nobody answers."""
        os.killpg(self._process.pid, signal.SIGSTOP if on else signal.SIGCONT)

    def wait(self) -> int:
        return self._process.wait(30)

    def is_ready(self) -> bool:
        """Whether it serves, if that is what it is for."""
        assert self.is_alive(), self.output
        return not self.port or answers(self.port, self.probe)

    def kill(self) -> None:
        """As the kernel does when memory runs out: the whole group, and nobody gets to say goodbye."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


WORKER = Command([sys.executable, "-m", "config", "worker"])


def web(port: int, *arguments: str, **env: str) -> Command:
    bind = ["--bind", f"127.0.0.1:{port}"]
    return Command([sys.executable, "-m", "config", "web", *bind, *arguments], port, env)


def rpc(port: int, **env: str) -> Command:
    bind = ["--bind", f"127.0.0.1:{port}"]
    return Command([sys.executable, "-m", "config", "rpc", *bind], port, env, probe="")


def proxy(port: int, **env: str) -> Command:
    """The one of the image. It is ready as soon as it listens, whoever is behind it."""
    caddy = Path(sys.executable).parent / "caddy"
    return Command([str(caddy), "run", "--config", str(ROOT / "docker/Caddyfile")], port, env, probe="")
