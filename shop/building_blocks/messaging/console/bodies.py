"""Stored bodies, for people to read. Whatever is stored can be shown, an envelope or not."""

import json
from typing import NamedTuple

from shop.building_blocks.messaging.events import Envelope


class Attributes(NamedTuple):
    """Empty where the body has none."""

    trace_id: str = ""
    correlation_id: str = ""


def attributes(body: str) -> Attributes:
    envelope = _envelope(body)
    return Attributes(_trace_id(envelope), envelope.correlationid) if envelope else Attributes()


def pretty(body: str) -> str:
    """The event's data as indented JSON; a body that is no envelope as it is.

    >>> pretty("not JSON")
    'not JSON'
    """
    envelope = _envelope(body)
    if envelope is None:
        return body
    return json.dumps(json.loads(bytes(envelope.data)), indent=2, ensure_ascii=False)


def _envelope(body: str) -> Envelope | None:
    try:
        return Envelope.decode(body)
    except (ValueError, RecursionError):
        return None


def _trace_id(envelope: Envelope) -> str:
    """The 32 hexadecimal digits between the version and the span of a W3C ``traceparent``."""
    _version, _, rest = str(envelope.traceparent or "").partition("-")
    return rest.partition("-")[0]
