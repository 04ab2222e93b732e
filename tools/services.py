"""A PostgreSQL and a RabbitMQ for the tests: `python -m tools.services [-- command ...]`.

Each is found in this order: the URL in TEST_DATABASE_URL or TEST_BROKER_URL, a Docker engine, the
programs on this machine started privately, and apt-get for root on Debian or Ubuntu. There is no
fifth way and no silent one: without a server there is no run.
"""

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tools import private_postgresql, private_rabbitmq
from tools.apt import install, last_line, say
from tools.private_server import Server, StoppedEarly
from tools.process import interruptible, run

COMPOSE_FILE = Path(__file__).parent.parent / "docker" / "compose.test.yml"


class Services(NamedTuple):
    database_url: str  # an administrator's: may create databases and roles
    broker_url: str


class Kind(NamedTuple):
    name: str
    variable: str
    package: str  # Debian's name, and the one in compose.test.yml
    container_port: int
    container_url: str
    find: Callable[[], Path | None]
    start: Callable[[Path, Path], AbstractContextManager[Server]]


POSTGRESQL = Kind(
    "PostgreSQL",
    "TEST_DATABASE_URL",
    "postgresql",
    5432,
    "postgres://shop:shop@{address}/postgres",
    private_postgresql.find,
    private_postgresql.start,
)
RABBITMQ = Kind(
    "RabbitMQ",
    "TEST_BROKER_URL",
    "rabbitmq-server",
    5672,
    "amqp://shop:shop@{address}/%2F",
    private_rabbitmq.find,
    private_rabbitmq.start,
)
KINDS = (RABBITMQ, POSTGRESQL)  # the slower one starts first
Urls = dict[Kind, str]


@contextmanager
def services() -> Iterator[Services]:
    """Yield servers that answer, and stop those that were started here."""
    with interruptible(), ExitStack() as started:
        urls = from_environment()
        urls |= from_docker(missing(urls), started)
        urls |= from_this_machine(missing(urls), started)
        yield Services(urls[POSTGRESQL], urls[RABBITMQ])


def missing(urls: Urls) -> list[Kind]:
    return [kind for kind in KINDS if kind not in urls]


def from_environment() -> Urls:
    urls = {kind: url for kind in KINDS if (url := os.environ.get(kind.variable))}
    for kind in urls:
        say(f"{kind.name}: the one in {kind.variable}")
    return urls


def from_docker(kinds: list[Kind], started: ExitStack) -> Urls:
    """An engine without images or a way to get them is no reason to give up yet."""
    if not kinds or not docker_works():
        return {}
    say(f"{names(kinds)}: starting with Docker (the first time fetches images)")
    project = f"shop-test-{os.getpid()}-{secrets.token_hex(4)}"
    try:
        with ExitStack() as attempt:
            attempt.callback(compose, project, "down", "--volumes", "--timeout", "2")
            compose(project, "up", "--wait", *(kind.package for kind in kinds))
            urls = {kind: container_url(project, kind) for kind in kinds}
            started.enter_context(attempt.pop_all())
            return urls
    except subprocess.CalledProcessError as error:
        say(f"Docker could not: {last_line(error.stderr)}")
        return {}


def docker_works() -> bool:
    """Whether there is an engine behind the client, and Compose."""
    commands = (["docker", "info"], ["docker", "compose", "version"])
    try:
        return all(
            subprocess.run(command, check=False, capture_output=True, timeout=5).returncode == 0
            for command in commands
        )
    except (OSError, subprocess.TimeoutExpired):
        return False


def compose(project: str, *arguments: str) -> str:
    command = ["docker", "compose", "-f", str(COMPOSE_FILE), "-p", project, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def container_url(project: str, kind: Kind) -> str:
    address = compose(project, "port", kind.package, str(kind.container_port)).strip()
    return kind.container_url.format(address=address)


def from_this_machine(kinds: list[Kind], started: ExitStack) -> Urls:
    install(*(kind.package for kind in kinds if not kind.find()))
    binaries = {kind: found for kind in kinds if (found := kind.find())}
    if absent := [kind for kind in kinds if kind not in binaries]:
        raise SystemExit(advice(absent))
    for kind, folder in binaries.items():
        say(f"{kind.name}: starting a private one from {folder}")
    return start(binaries, started)


def start(binaries: dict[Kind, Path], started: ExitStack, attempts: int = 3) -> Urls:
    """Another process may take a port between our choosing and our using it: then try again."""
    with ExitStack() as attempt:
        try:
            servers = {k: attempt.enter_context(private(k, binaries[k])) for k in binaries}
            urls = {kind: server.wait() for kind, server in servers.items()}
        except StoppedEarly as error:
            if attempts == 1:
                raise SystemExit(str(error)) from None
        else:
            started.enter_context(attempt.pop_all())
            return urls
    return start(binaries, started, attempts - 1)


@contextmanager
def private(kind: Kind, binaries: Path) -> Iterator[Server]:
    """Keep the data in /tmp itself: TMPDIR may be where root's stand-in cannot reach it."""
    with (
        tempfile.TemporaryDirectory(prefix="shop-test-", dir="/tmp") as folder,
        kind.start(binaries, Path(folder)) as server,
    ):
        yield server


def advice(kinds: list[Kind]) -> str:
    packages = " ".join(kind.package for kind in kinds)
    variables = " and ".join(kind.variable for kind in kinds)
    return (
        f"{names(kinds)} cannot be found: start a Docker engine, or install what is missing "
        f"(apt install {packages}), or set {variables}."
    )


def names(kinds: list[Kind]) -> str:
    return " and ".join(kind.name for kind in kinds)


def main(arguments: Sequence[str]) -> int:
    command = list(arguments[1:] if arguments[:1] == ["--"] else arguments)
    with services() as found:
        urls = {"TEST_DATABASE_URL": found.database_url, "TEST_BROKER_URL": found.broker_url}
        if command:
            return run(command, os.environ | urls)
        for name, url in urls.items():
            say(f"{name}={url}")
        say("Ctrl-C stops them.")
        with suppress(KeyboardInterrupt):
            signal.pause()
        return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
