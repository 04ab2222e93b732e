"""One message of each type as it would be sent, by the code that sends it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from shop.building_blocks.http.openapi.examples import of_struct
from shop.building_blocks.messaging.asyncapi.published import Published
from shop.building_blocks.messaging.events import Envelope

_REQUEST = "01936d0c-9a11-7e02-8c5d-0b7a3e94d6f1"
# Of W3C Trace Context, as its specification shows it.
_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def example(one: Published) -> dict[str, Any]:
    """The whole envelope. ``data`` is made of the examples in the contract."""
    event = msgspec.convert(of_struct(one.event, one.module), one.event)
    envelope = msgspec.structs.replace(
        Envelope.of(event),
        id=UUID("01936d0c-9a2e-7c44-9b0f-6d1e5a8b2c73"),
        time=datetime(2026, 2, 14, 9, 30, tzinfo=UTC),
        correlationid=_REQUEST,
        causationid=_REQUEST,
        traceparent=_TRACE,
    )
    decoded: dict[str, Any] = msgspec.json.decode(envelope.encode())
    return decoded
