"""Several processes of one kind, one set of numbers. A process that has no others counts for itself."""

import atexit
import os
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

_INSTRUMENTS = "shop.building_blocks.telemetry.metrics.instruments"
_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # the library's own: it must be set before it makes an instrument


def share() -> None:
    """Before others are forked, make the folder in which they count. It goes when this process does."""
    if _INSTRUMENTS in sys.modules:
        return  # it has begun to count for itself, as in the tests
    from shop.building_blocks.telemetry.metrics import turns

    os.environ[_VARIABLE] = folder = mkdtemp(prefix="shop-metrics-")
    turns.prepare(Path(folder))
    owner = os.getpid()
    atexit.register(lambda: shutil.rmtree(folder, ignore_errors=True) if os.getpid() == owner else None)


def join() -> None:
    """In a process that counts, before anything of the shop does."""
    from shop.building_blocks.telemetry.metrics import processes

    if _INSTRUMENTS not in sys.modules:
        processes.join(Path(os.environ[_VARIABLE]))
