"""A span for every message that is sent."""

from collections.abc import Callable
from typing import Any

from opentelemetry import trace

from shop.building_blocks.modules import module_of
from shop.building_blocks.telemetry.context import inside

tracer = trace.get_tracer("shop")


def traced(message: object, call_next: Callable[[], Any], /) -> Any:
    """Behaviour: run inside a span named after the message, in the name of its module."""
    kind = type(message)
    with tracer.start_as_current_span(kind.__name__), inside(module_of(kind.__module__)):
        return call_next()
