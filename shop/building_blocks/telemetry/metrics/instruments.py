"""What is counted and timed where it happens. docs/metrics.md says what each of these means.

A series is kept for as long as the server lives, so no label has a value that a caller could make up.
"""

from functools import cache
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shop.building_blocks.messages import Command
from shop.building_blocks.modules import module_of

registry: Final = CollectorRegistry()

# Names, labels and buckets of requests are those of OpenTelemetry, so that ready-made dashboards fit.
# https://opentelemetry.io/docs/specs/semconv/http/http-metrics/
_METHODS: Final = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_REQUEST_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10)

requests = Histogram(
    "http_server_request_duration_seconds",
    "Requests, without probes and files.",
    ("http_request_method", "http_route", "http_response_status_code", "module"),
    buckets=_REQUEST_SECONDS,
    registry=registry,
)
active_requests = Gauge(
    "http_server_active_requests", "Requests in hand.", multiprocess_mode="livesum", registry=registry
)
web_threads = Gauge(
    "shop_web_threads", "Threads that take requests.", multiprocess_mode="livesum", registry=registry
)
web_workers = Gauge(
    "shop_web_workers", "Processes that take requests.", multiprocess_mode="livesum", registry=registry
)
sends = Histogram(
    "shop_mediator_duration_seconds",
    "Commands and queries.",
    ("module", "kind", "name", "outcome"),
    buckets=_SECONDS,
    registry=registry,
)
published = Counter("shop_outbox_published", "Events that were sent.", ("module",), registry=registry)
refused = Counter(
    "shop_outbox_refused", "Events that the broker did not take.", ("module", "reason"), registry=registry
)
outcomes = Counter(
    "shop_inbox_messages",
    "What became of events at consumers.",
    ("module", "consumer", "outcome"),
    registry=registry,
)
retries = Counter(
    "shop_inbox_retries",
    "Attempts after the first.",
    ("module", "consumer"),
    registry=registry,
)
handling = Histogram(
    "shop_consumer_duration_seconds",
    "Handlers of events that succeeded.",
    ("module", "consumer"),
    buckets=_SECONDS,
    registry=registry,
)
restarts = Counter(
    "shop_thread_restarts",
    "Resident threads that failed and began anew.",
    ("thread", "module"),
    registry=registry,
)
last_beat = Gauge(
    "shop_thread_last_beat_timestamp_seconds",
    "When a resident thread last made progress, by processes.",
    ("thread", "module"),
    multiprocess_mode="liveall",
    registry=registry,
)

chores = Counter(
    "shop_housekeeping_runs", "Chores that are done by the clock.", ("chore", "outcome"), registry=registry
)


def route_of(request: HttpRequest) -> str:
    """The template, never the path; what has none is ``unknown``."""
    match = request.resolver_match
    if match and match.route:
        return f"/{match.route}"
    return "/" if request.path == "/" else "unknown"


def observe_request(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    module = match.app_name if match and match.app_name else "-"
    method = str(request.method)
    series = _series(
        method if method in _METHODS else "_OTHER", route_of(request), response.status_code, module
    )
    series.observe(seconds)


@cache  # ``labels`` would cost more than all the rest
def _series(method: str, route: str, status: int, module: str) -> Histogram:
    return requests.labels(method, route, status, module)


def begin_to_relay(module: str) -> None:
    """Only in a counter that was at 0 the first increase is seen."""
    published.labels(module)
    for reason in ("returned", "nacked"):
        refused.labels(module, reason)


def count_refused(event_type: str, reason: str) -> None:
    """``returned``: no queue wanted it; ``nacked``: the broker had no room, or lost it."""
    refused.labels(event_type.partition(".")[0], reason).inc()


@cache
def sends_of(message: type[Any], outcome: str) -> Histogram:
    """The outcome is ``ok``, ``refused`` or ``failed``."""
    kind = "command" if issubclass(message, Command) else "query"
    return sends.labels(module_of(message.__module__), kind, message.__name__, outcome)
