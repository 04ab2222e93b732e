"""A progress bar, for a terminal."""

from typing import Protocol

_WIDTH = 40


class Terminal(Protocol):
    def isatty(self) -> bool: ...

    def write(self, text: str, /, *, ending: str) -> object: ...


class Bar:
    """Draws over itself; silent when nobody looks, as in a pipe or a log."""

    def __init__(self, output: Terminal, total: int) -> None:
        self._output, self._total, self._done = output, total, 0
        self._visible = output.isatty() and total > 0

    def advance(self, count: int) -> None:
        self._done += count
        if self._visible:
            share = min(1.0, self._done / self._total)
            bar = ("#" * int(share * _WIDTH)).ljust(_WIDTH)
            self._output.write(f"\r[{bar}] {self._done} of {self._total}", ending="")

    def finish(self) -> None:
        if self._visible:
            self._output.write("", ending="\n")
