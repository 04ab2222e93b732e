"""Interruptions: the first Ctrl-C ends things in order, and further ones change nothing."""

import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PATIENCE = 10.0


@contextmanager
def interruptible() -> Iterator[None]:
    """Turn signals into exceptions, so that `with` and `finally` stop what was started.

    An impatient second Ctrl-C must not interrupt exactly that.
    """
    heeded = [each for each in SIGNALS if signal.getsignal(each) != signal.SIG_IGN]  # nohup, "&"
    before = {each: signal.signal(each, leave) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def leave(number: int, frame: object) -> NoReturn:
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)


def run(
    command: Sequence[str],
    env: Mapping[str, str] | None = None,
    output: IO[str] | None = None,
) -> int:
    """Run a command; if we are interrupted, let it finish in its own way first."""
    with subprocess.Popen(command, env=env, stdout=output, stderr=output) as process:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            await_end(process)  # Ctrl-C has reached it as well
            raise
        except SystemExit:
            process.terminate()
            await_end(process)
            raise
    return code if code >= 0 else 128 - code


def await_end(process: subprocess.Popen[bytes]) -> None:
    for insist in (process.terminate, process.kill):
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            insist()
