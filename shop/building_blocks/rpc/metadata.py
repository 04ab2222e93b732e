"""What goes with each call beside the question: who asks, and on whose behalf."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry import propagate

from shop.building_blocks.telemetry import context
from shop.building_blocks.telemetry.context import Cause

Metadata = tuple[tuple[str, str], ...]
_REQUEST_ID = "x-request-id"


def outgoing(token: str) -> Metadata:
    """The service token, the trace, and the request id that the logs on both sides have."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    if request_id := context.correlation_id():
        carrier[_REQUEST_ID] = request_id
    if token:
        carrier["authorization"] = f"Bearer {token}"
    return tuple(carrier.items())


@contextmanager
def continuing(metadata: Iterable[tuple[str, str | bytes]]) -> Iterator[None]:
    """The trace and the business action of the caller."""
    carrier = {name: value for name, value in metadata if isinstance(value, str)}
    cause = Cause.first(carrier.get(_REQUEST_ID))
    with context.continuing(carrier), context.caused_by(cause):
        yield
