"""A server of our own: started as a child process, awaited, and stopped whatever happens."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

READY_WITHIN = 120.0
STOPPED_WITHIN = 30.0


class StoppedEarly(Exception):
    """The server ended while it started; the message ends with the last lines of its log."""


@dataclass(frozen=True)
class Server:
    name: str
    url: str
    is_ready: Callable[[], bool]
    process: subprocess.Popen[bytes]
    log: Path
    again: Callable[[], AbstractContextManager[subprocess.Popen[bytes]]]
    """Starts it once more, on the same port and data, after it was stopped."""
    env: Mapping[str, str] = field(default_factory=dict)
    """Of its process, for its command-line tools."""

    def wait(self) -> str:
        """Return the URL once the server answers; apart from starting, so that slow ones overlap."""
        deadline = time.monotonic() + READY_WITHIN
        while not self.is_ready():
            if self.process.poll() is not None:
                raise StoppedEarly(self._end("stopped while starting"))
            if time.monotonic() > deadline:
                raise SystemExit(self._end(f"did not answer within {READY_WITHIN:.0f} seconds"))
            time.sleep(0.05)
        return self.url

    def _end(self, how: str) -> str:
        return f"{self.name} {how}. Its log ends with:\n{tail(self.log)}"


@contextmanager
def running(
    command: Sequence[str | Path],
    log: Path,
    *,
    stop_signal: signal.Signals,
    env: Mapping[str, str] | None = None,
    **identity: Any,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a session of its own, so that Ctrl-C reaches us and not the server."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=log.parent,
            env=env,
            start_new_session=True,
            **identity,
        )
    try:
        yield process
    finally:
        stop(process, stop_signal)


def stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    """Ask politely; whatever of the process's group is left after that is killed."""
    try:
        process.send_signal(stop_signal)
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(port: int, greeting: bytes, reply: bytes) -> bool:
    """Whether the server speaks its protocol yet: an open port alone says little."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(greeting)
            return connection.recv(len(reply)) == reply
    except OSError:
        return False


def tail(log: Path, lines: int = 15) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def newest(folders: Iterable[Path]) -> list[Path]:
    """Folders with a version in their names, the highest version first."""

    def version(folder: Path) -> list[int]:
        digits = "".join(c if c.isdigit() else " " for c in str(folder))
        return [int(number) for number in digits.split()]

    return sorted(folders, key=version, reverse=True)
