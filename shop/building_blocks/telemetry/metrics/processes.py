"""Several processes, one set of numbers: each writes files of its own in a folder that they share.

The files are numbered by slots and not, as is the library's custom, by process ids: gunicorn replaces its
workers all day, and a replacement goes on with the files of the one before instead of adding to them.
"""

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO

from prometheus_client import Metric, values
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

_LOOK = "look"
_folder: Path | None = None


def shared() -> Path | None:
    """The folder; None when this process counts for itself."""
    return _folder


def join(folder: Path) -> None:
    """Count in the folder, by all instruments that are made from here on."""
    global _folder  # noqa: PLW0603
    _folder = folder
    values.ValueClass = values.MultiProcessValue(Slots(folder))


class Slots:
    """Called for the number of this process: the lowest that is free. It is held by a lock on a file.

    So it is free again when its holder dies, whatever it dies of; and a child takes one of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pid = self._number = -1
        self._file: IO[str] | None = None

    def __call__(self) -> int:
        if self._pid != os.getpid():
            self._take()
        return self._number

    def _take(self) -> None:
        with _looking(self._folder):
            self._number, self._file = next(self._free())
            self._pid = os.getpid()
            mark_process_dead(self._number, str(self._folder))

    def _free(self) -> Iterator[tuple[int, IO[str]]]:
        for number in count():
            file = (self._folder / f"{number}.lock").open("w")
            if _lock(file):
                yield number, file
            file.close()


class Counted(Collector):
    """What all processes of a folder counted. A file is there a moment before anything is in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        _forget_the_dead(self._folder)
        files = [str(file) for file in self._folder.glob("*.db") if _has_content(file)]
        counted: Iterable[Metric] = MultiProcessCollector.merge(files)
        return counted


def _has_content(file: Path) -> bool:
    """Not if it is gone: the process has ended meanwhile."""
    try:
        return file.stat().st_size > 0
    except FileNotFoundError:
        return False


def _forget_the_dead(folder: Path) -> None:
    """What they had in hand, nobody has. What they counted stays."""
    with _looking(folder):
        for path in folder.glob("*.lock"):
            with path.open("w") as file:
                if _lock(file):
                    mark_process_dead(int(path.stem), str(folder))


@contextmanager
def _looking(folder: Path) -> Iterator[None]:
    """One at a time looks who holds a slot, for that takes a hold of it: another would find it taken."""
    with (folder / _LOOK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # also of a child that was forked meanwhile


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
