"""A Prometheus for the tests. Debian's package, for root; elsewhere, who has it in their PATH."""

import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tools.apt import install
from tools.private_server import Server, answers, free_port, running

PACKAGE = "prometheus"


def find() -> bool:
    """Whether it is here, after an attempt to install it."""
    if not is_here():
        install(PACKAGE)
    return is_here()


def is_here() -> bool:
    return all(map(shutil.which, ("prometheus", "promtool")))


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["promtool", *arguments], check=False, capture_output=True, text=True)


@contextmanager
def start(config: Path) -> Iterator[Server]:
    """Its data lies beside its configuration."""
    port = free_port()
    command = [
        "prometheus",
        f"--config.file={config}",
        f"--storage.tsdb.path={config.parent / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    log = config.parent / "prometheus.log"
    again = partial(running, command, log, stop_signal=signal.SIGTERM)
    with again() as process:
        is_ready = partial(answers, port, b"GET /-/ready HTTP/1.0\r\n\r\n", b"HTTP/1.0 200 OK")
        yield Server("Prometheus", f"http://127.0.0.1:{port}", is_ready, process, log, again)
