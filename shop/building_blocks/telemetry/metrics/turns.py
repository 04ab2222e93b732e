"""Of the processes that count together one sends, whichever comes first when it is time.

Whose turn it is says a lock on a file that they share, and when it is the time of the file. So one that dies
leaves nothing behind, and the next one goes on in the name of all.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO
from uuid import uuid4

from shop.building_blocks.telemetry.metrics import processes

_NAME = "sender"


def prepare(folder: Path) -> None:
    """Name the group, before there are several who could."""
    with (folder / _NAME).open("w") as file:
        _name(file)


def _name(file: IO[str]) -> None:
    print(uuid4(), time.time_ns(), file=file, flush=True)


class Turns:
    """Of this process; it must not have been forked since."""

    def __init__(self, every: float) -> None:
        """``every`` so many seconds somebody sends. A process that counts for itself has all the turns."""
        self._every = every
        self._file: IO[str] = _opened(processes.shared())
        self._file.seek(0)
        self.group, since = self._file.read().split()
        self.since = int(since)

    def left(self) -> float:
        """Seconds until it is time."""
        return min(self._every, max(0.0, os.fstat(self._file.fileno()).st_mtime + self._every - time.time()))

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Nobody else sends meanwhile; whoever does, is waited for."""
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def begin(self) -> None:
        """Somebody sends from here on: the next turn is a while away."""
        os.utime(self._file.fileno())


def _opened(folder: Path | None) -> IO[str]:
    if folder:
        return (folder / _NAME).open("r+")
    file = TemporaryFile("w+")  # noqa: SIM115  for as long as the process
    _name(file)
    return file
