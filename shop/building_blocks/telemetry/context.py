"""Where the work in hand comes from: carried by every log line and every event."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from random import getrandbits

from opentelemetry import context, trace
from opentelemetry.context import Context
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from uuid_utils.compat import uuid7

_w3c = TraceContextTextMapPropagator()
_MOST_STATE = 512
_SAFE_ID = re.compile(r"[\w.:/+=-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something is done.

    ``correlation_id`` names the whole business action, however many messages it takes;
    ``causation_id`` is the request or event directly before.
    """

    correlation_id: str
    causation_id: str

    @classmethod
    def first(cls, given: str | None = None) -> "Cause":
        """The start of an action; an id that could forge a log line is replaced."""
        own = given if given and _SAFE_ID.fullmatch(given) else str(uuid7())
        return cls(own, own)


_cause: ContextVar[Cause | None] = ContextVar("cause", default=None)
_module: ContextVar[str | None] = ContextVar("module", default=None)


def cause() -> Cause:
    return _cause.get() or Cause.first()


def correlation_id() -> str | None:
    known = _cause.get()
    return known.correlation_id if known else None


def module() -> str | None:
    """The module whose code runs now."""
    return _module.get()


@contextmanager
def caused_by(cause: Cause) -> Iterator[None]:
    token = _cause.set(cause)
    try:
        yield
    finally:
        _cause.reset(token)


@contextmanager
def inside(module: str) -> Iterator[None]:
    token = _module.set(module)
    try:
        yield
    finally:
        _module.reset(token)


def extracted(carrier: Mapping[str, str]) -> Context:
    """The trace that a W3C ``traceparent`` is of, if there is a good one.

    W3C alone, as events have no place for anything else; and no baggage, which strangers may fill, nor more
    ``tracestate`` than has to be passed on: https://www.w3.org/TR/trace-context/#tracestate-limits
    """
    long = len(carrier.get("tracestate", "")) > _MOST_STATE
    return _w3c.extract({"traceparent": carrier.get("traceparent", "")} if long else carrier)


def injected(carrier: dict[str, str]) -> dict[str, str]:
    """The carrier, with the current span in it."""
    _w3c.inject(carrier)
    return carrier


def fresh() -> SpanContext:
    """The start of a trace that nothing records: logs and events have its id all the same."""
    return SpanContext(getrandbits(128), getrandbits(64), False, TraceFlags(0))


@contextmanager
def continuing(carrier: Mapping[str, str]) -> Iterator[None]:
    """Go on with the trace of a ``traceparent``, or start one, without a span for it."""
    parent = extracted(carrier)
    if not trace.get_current_span(parent).get_span_context().is_valid:
        parent = trace.set_span_in_context(NonRecordingSpan(fresh()))
    token = context.attach(parent)
    try:
        yield
    finally:
        context.detach(token)


def traceparent() -> str | None:
    """The current span as W3C Trace Context writes it."""
    return injected({}).get("traceparent")


def trace_id() -> str | None:
    """The current trace, as 32 hexadecimal digits."""
    span = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span.trace_id) if span.is_valid else None
