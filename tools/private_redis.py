"""A Redis of our own, which keeps nothing."""

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from tools.private_server import Server, answers, free_port, running

PATH = "/usr/bin:/usr/local/bin:/opt/homebrew/bin"


def find() -> Path | None:
    found = shutil.which("redis-server") or shutil.which("redis-server", path=PATH)
    return Path(found) if found else None


@contextmanager
def start(binary: Path, folder: Path) -> Iterator[Server]:
    """It may not be ready yet."""
    port = free_port()
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    log = folder / "redis.log"
    serve = partial(running, [binary, *options], log, stop_signal=signal.SIGTERM)
    with serve() as process:
        url = f"redis://127.0.0.1:{port}/0"
        yield Server("Redis", url, lambda: answers(port, b"PING\r\n", b"+PONG"), process, log, serve)
