"""What is thrown away by itself, once an hour: by Celery's beat, or by a thread where no Celery runs."""

import logging
from collections.abc import Callable
from typing import TypeVar

from shop.building_blocks.telemetry.metrics.instruments import chores

log = logging.getLogger("shop.housekeeping")

Progress = Callable[[int], None]
"""Told after each batch how many rows it deleted."""
Chore = Callable[[Progress | None], int]
"""Deletes in small batches and returns how many rows; harmless when it runs twice."""

C = TypeVar("C", bound=Chore)

_chores: list[Chore] = []


def chore(function: C) -> C:
    _chores.append(function)
    chores.labels(function.__name__, "failed")  # begins at 0, so that the first one is seen
    return function


def do_chores(progress: Progress | None = None) -> None:
    """One that fails leaves the others their turn, and has its own again in an hour."""
    for function in _chores:
        outcome = "ok"
        try:
            function(progress)
        except Exception:
            outcome = "failed"
            log.exception("%s failed", function.__name__)
        chores.labels(function.__name__, outcome).inc()
