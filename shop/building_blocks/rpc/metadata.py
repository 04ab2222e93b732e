"""What goes with each call beside the question: who asks, and on whose behalf."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span

from shop.building_blocks.rpc.tracing import answering
from shop.building_blocks.telemetry import context
from shop.building_blocks.telemetry.context import Cause

Metadata = tuple[tuple[str, str], ...]
_REQUEST_ID = "x-request-id"


def outgoing(token: str) -> Metadata:
    """The service token, the trace, and the request id that the logs on both sides have."""
    carrier = context.injected({})
    if request_id := context.correlation_id():
        carrier[_REQUEST_ID] = request_id
    if token:
        carrier["authorization"] = f"Bearer {token}"
    return tuple(carrier.items())


@contextmanager
def continuing(path: str, metadata: Iterable[tuple[str, str | bytes]]) -> Iterator[Span]:
    """The trace and the business action of the caller; the span is of answering this question."""
    carrier = {name: value for name, value in metadata if isinstance(value, str)}
    cause = Cause.first(carrier.get(_REQUEST_ID))
    with answering(path, carrier) as span, context.caused_by(cause):
        yield span
