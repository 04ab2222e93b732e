"""Spans of events: created with the change, sent by the relay, processed by each consumer.

An event carries the span that created it, and whatever happens to it, however often and much later, is in
that trace. https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

import msgspec
from django.conf import settings
from opentelemetry import trace
from opentelemetry.semconv._incubating.attributes.messaging_attributes import (
    MESSAGING_BATCH_MESSAGE_COUNT,
    MESSAGING_CONSUMER_GROUP_NAME,
    MESSAGING_DESTINATION_NAME,
    MESSAGING_MESSAGE_CONVERSATION_ID,
    MESSAGING_MESSAGE_ID,
    MESSAGING_OPERATION_NAME,
    MESSAGING_OPERATION_TYPE,
    MESSAGING_SYSTEM,
)
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.trace import Link, Span, SpanKind, StatusCode

from shop.building_blocks.errors import Refusal
from shop.building_blocks.messaging.events import Envelope, IntegrationEvent
from shop.building_blocks.telemetry.context import extracted
from shop.building_blocks.telemetry.tracing import beginning, failed, inner, is_on, tracer, type_of

if TYPE_CHECKING:  # it imports us
    from shop.building_blocks.messaging.outbox import Claimed


def created(event: IntegrationEvent) -> Envelope:
    """Put the event into the envelope that it travels in; that carries the span of doing so."""
    with inner(f"create {event.type}", SpanKind.PRODUCER) as span:
        envelope = Envelope.of(event)
        if span.is_recording():
            span.set_attributes(_about(envelope.type, envelope.id, "create"))
            span.set_attribute(MESSAGING_MESSAGE_CONVERSATION_ID, envelope.correlationid)
        return envelope


class Sending:
    """From the start of a batch to its outcome, a span for each message, in the message's own trace.

    Where several traces share the way, the first of them stands for the batch: it has links to the others,
    and each of those has one to it. Nothing is recorded of messages whose traces are not.
    """

    def __init__(self, messages: "Sequence[Claimed]") -> None:
        self._spans: dict[Claimed, Span] = {}
        known = messages if is_on() else ()
        origins = {message: origin for message in known if (origin := _recorded_origin(message))}
        others = [trace.get_current_span(origin).get_span_context() for origin in list(origins.values())[1:]]
        links = [Link(other) for other in others]
        for message, origin in origins.items():
            attributes = _about(message.type, message.event_id, "send") | {
                MESSAGING_BATCH_MESSAGE_COUNT: len(messages)
            }
            name = f"send {message.type}"
            span = tracer.start_span(name, origin, SpanKind.CLIENT, attributes, links)
            if not self._spans:
                links = [Link(span.get_span_context())]
            self._spans[message] = span

    def __enter__(self) -> Self:
        return self

    def settled(self, taken: "Collection[Claimed]", refused: "Mapping[Claimed, str]") -> None:
        """What the transport took, and what it did not. Nothing is told of the others: they were not sent."""
        if not self._spans:
            return
        for message in self._spans.keys() - {*taken, *refused}:
            del self._spans[message]
        for message in refused.keys() & self._spans.keys():
            self._spans[message].set_status(StatusCode.ERROR, refused[message])
            self._spans[message].set_attribute(ERROR_TYPE, "refused")

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _frames: TracebackType | None
    ) -> None:
        for span in self._spans.values():
            if error:
                failed(span, error)
            span.end()


@contextmanager
def processing(module: str, event: Envelope, consumer: str) -> Iterator[None]:
    """In the trace of the event, for the first time or again."""
    attributes = _about(event.type, event.id, "process") | {
        MESSAGING_CONSUMER_GROUP_NAME: consumer,
        MESSAGING_MESSAGE_CONVERSATION_ID: event.correlationid,
        "shop.module": module,
    }
    carrier = {"traceparent": event.traceparent or ""}
    with beginning(f"process {event.type}", SpanKind.CONSUMER, attributes, carrier) as span:
        try:
            yield
        except Refusal as refusal:  # nobody is there to take it for an answer: the event is parked
            span.set_status(StatusCode.ERROR)
            span.set_attribute(ERROR_TYPE, type_of(refusal))
            raise


def _about(event_type: str, event_id: UUID, operation: str) -> dict[str, Any]:
    """The type is what is subscribed to; lanes would only multiply the names."""
    return {
        MESSAGING_SYSTEM: "rabbitmq" if settings.BROKER_URL else "in_process",
        MESSAGING_DESTINATION_NAME: event_type,
        MESSAGING_MESSAGE_ID: str(event_id),
        MESSAGING_OPERATION_NAME: operation,
        MESSAGING_OPERATION_TYPE: operation,
    }


class _Body(msgspec.Struct):
    traceparent: str = ""

    @property
    def is_recorded(self) -> bool:
        """The last of the flags: https://www.w3.org/TR/trace-context/#sampled-flag"""
        return self.traceparent[-1:] in {*"13579bdf"}


def _recorded_origin(message: "Claimed") -> Any:
    """None, quickly, for all that nobody records, and for what cannot be read."""
    try:
        body = msgspec.json.decode(message.body, type=_Body)
    except (ValueError, RecursionError):
        return None
    return extracted({"traceparent": body.traceparent}) if body.is_recorded else None
