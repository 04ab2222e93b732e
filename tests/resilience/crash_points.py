"""Where a process can be made to die: by SIGKILL, at exactly that point, once.

The only file here that knows the inside of the messaging: a point is a function's name, and whether death
comes before or after it. A name that is gone ends the process at its start, and so the test.
"""

import os
import signal
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, NamedTuple

MESSAGING = "shop.building_blocks.messaging"


class Point(NamedTuple):
    owner: str
    function: str
    is_after: bool = False


IN_PRODUCER = {
    "after the write and before the commit": Point(f"{MESSAGING}.outbox", "publish", is_after=True),
    "after the commit and before the wake-up": Point(f"{MESSAGING}.wake", "up"),
}
IN_WORKER = {
    "after the claim": Point(f"{MESSAGING}.outbox", "claim", is_after=True),
    "between publish and confirm": Point(
        f"{MESSAGING}.rabbitmq.publisher:RabbitPublisher", "begin", is_after=True
    ),
    "after the confirm and before the mark": Point(f"{MESSAGING}.outbox", "settle"),
    "after the handler and before the inbox commits": Point(
        "tests.resilience.ledger.models:Entry", "save", is_after=True
    ),
    "after the inbox has committed and before the ack": Point("amqp:Channel", "basic_ack"),
}


def install(crash_file: Path) -> None:
    """From now on the process dies at the point whose name somebody writes into ``crash_file``."""
    for name, point in (IN_PRODUCER | IN_WORKER).items():
        owner = resolve_name(point.owner)
        function = getattr(owner, point.function)
        setattr(owner, point.function, _deadly(name, point, function, crash_file))


def _deadly(name: str, point: Point, function: Callable[..., Any], crash_file: Path) -> Callable[..., Any]:
    @wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if not point.is_after:
            _die_if_told(name, crash_file)
        result = function(*args, **kwargs)
        if point.is_after and result != []:  # a claim of nothing is no claim
            _die_if_told(name, crash_file)
        return result

    return wrapped


def _die_if_told(name: str, crash_file: Path) -> None:
    if crash_file.exists() and crash_file.read_text() == name:
        crash_file.unlink()
        os.kill(os.getpid(), signal.SIGKILL)
