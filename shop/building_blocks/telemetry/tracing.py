"""Spans: what was done, on whose behalf, and how long it took. Nothing of what was typed or stored.

What comes from outside begins a span by ``beginning``, where the sampler decides; all else is an ``inner``
one, and costs next to nothing in a trace that nobody records.
"""

import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.exception_attributes import EXCEPTION_STACKTRACE, EXCEPTION_TYPE
from opentelemetry.trace import Link, NonRecordingSpan, Span, SpanKind, StatusCode

from shop.building_blocks.errors import Refusal
from shop.building_blocks.modules import module_of
from shop.building_blocks.telemetry.context import extracted, fresh, inside

Attributes = Mapping[str, str | int | bool]

tracer = trace.get_tracer("shop")
_OUR_FAULT = 500


def is_on() -> bool:
    """Whether anything records spans in this process."""
    return not isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


@contextmanager
def beginning(
    name: str,
    kind: SpanKind,
    attributes: Attributes,
    carrier: Mapping[str, str],
    links: Sequence[Link] = (),
) -> Iterator[Span]:
    """Go on with the trace of a W3C ``traceparent``, or start one, also when nothing records it."""
    parent = extracted(carrier)
    span = tracer.start_span(name, parent, kind, attributes, links)
    if not span.get_span_context().is_valid:
        span = NonRecordingSpan(fresh())
    with _current(span, parent):
        yield span


@contextmanager
def inner(
    name: str, kind: SpanKind = SpanKind.INTERNAL, attributes: Attributes | None = None
) -> Iterator[Span]:
    """A part of what is recorded; where nothing is, the span given does nothing."""
    around = trace.get_current_span()
    if around.is_recording():
        with _current(tracer.start_span(name, None, kind, attributes), None) as span:
            yield span
    else:
        yield around


@contextmanager
def _current(span: Span, parent: Context | None) -> Iterator[Span]:
    token = otel.attach(trace.set_span_in_context(span, parent))
    try:
        yield span
    except BaseException as error:
        failed(span, error)
        raise
    finally:
        otel.detach(token)
        span.end()


def failed(span: Span, error: BaseException) -> None:
    """A refusal is an answer, and no error. Messages stay out: databases put values of rows into theirs."""
    if not span.is_recording():
        return
    if isinstance(error, Refusal) and error.status < _OUR_FAULT:
        span.set_attribute("shop.refusal", error.slug())
        return
    kind = type_of(error)
    span.set_status(StatusCode.ERROR)
    span.set_attribute(ERROR_TYPE, kind)
    frames = "".join(traceback.format_tb(error.__traceback__))
    span.add_event("exception", {EXCEPTION_TYPE: kind, EXCEPTION_STACKTRACE: frames})


def type_of(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def traced(message: object, call_next: Callable[[], Any], /) -> Any:
    """Behaviour: run inside a span named after the message, in the name of its module.

    What is sent by a command line, and not on behalf of a request or an event, begins a trace.
    """
    name, module = type(message).__name__, module_of(type(message).__module__)
    around = trace.get_current_span()
    with inside(module):
        if around.is_recording():
            with inner(name, attributes={"shop.module": module}):
                return call_next()
        if around.get_span_context().is_valid:
            return call_next()
        with beginning(name, SpanKind.INTERNAL, {"shop.module": module}, {}):
            return call_next()
