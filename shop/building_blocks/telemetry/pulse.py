"""Is a process at work that serves no HTTP? It touches a file for as long as it is.

``python -m shop.building_blocks.telemetry.pulse FILE ...`` looks at the files, for the health check of a
container. Without Django, so that it may be asked every few seconds.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

_EVERY = 1.0


def touch(folder: str, name: str) -> None:
    """Nothing without a folder."""
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / name).touch()


@contextmanager
def beating(folder: str, name: str, is_well: Callable[[], bool]) -> Iterator[None]:
    """Touch the file every second in which ``is_well`` says so; it may also take its time, or not return."""
    stopped = Event()

    def beat() -> None:
        while not stopped.is_set():
            if is_well():
                touch(folder, name)
            stopped.wait(_EVERY)

    if folder:
        Thread(target=beat, name="pulse", daemon=True).start()
    try:
        yield
    finally:
        stopped.set()


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m shop.building_blocks.telemetry.pulse")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="such as /tmp/health/worker")
    parser.add_argument("--within", type=float, default=15.0, metavar="SECONDS", help="15 by default")
    options = parser.parse_args(arguments)
    still = [why for file in options.files if (why := _why_still(file, options.within))]
    print("\n".join(still), file=sys.stderr)  # noqa: T201
    return 1 if still else 0


def _why_still(file: Path, within: float) -> str:
    """Empty when it is not."""
    try:
        age = time.time() - file.stat().st_mtime
    except OSError as error:
        return f"{file}: {error.strerror}"
    return "" if age <= within else f"{file} was last touched {age:.0f} s ago"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
