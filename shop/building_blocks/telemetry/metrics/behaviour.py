"""Every command and every query is timed."""

from collections.abc import Callable
from time import perf_counter
from typing import Any

from shop.building_blocks.errors import Refusal
from shop.building_blocks.messages import Message
from shop.building_blocks.telemetry.metrics.instruments import sends_of


def measured(message: Message[Any], call_next: Callable[[], Any], /) -> Any:
    """Behaviour: a refusal is an answer like others, every other exception is a failure."""
    kind: Any = type(message)
    began, outcome = perf_counter(), "failed"
    try:
        answer = call_next()
        outcome = "ok"
    except Refusal:
        outcome = "refused"
        raise
    finally:
        sends_of(kind, outcome).observe(perf_counter() - began)
    return answer
