"""An OTLP collector over HTTP, in the process of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from threading import Thread
from typing import Any, Self

from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span as Sent

from tests.support import eventually


@dataclass(frozen=True)
class Span:
    """As it arrived; ids are hexadecimal, and ``links`` are ids of spans."""

    service: str
    name: str
    kind: str
    trace_id: str
    id: str
    parent: str
    links: tuple[str, ...]
    is_error: bool
    attributes: dict[str, Any]
    text: str
    """All of it, to look for what should not be there."""

    @classmethod
    def of(cls, service: str, sent: Sent) -> Self:
        return cls(
            service,
            sent.name,
            Sent.SpanKind.Name(sent.kind).removeprefix("SPAN_KIND_"),
            sent.trace_id.hex(),
            sent.span_id.hex(),
            sent.parent_span_id.hex(),
            tuple(link.span_id.hex() for link in sent.links),
            sent.status.code == sent.status.STATUS_CODE_ERROR,
            values(sent.attributes),
            str(sent),
        )


def values(attributes: Any) -> dict[str, Any]:
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


@dataclass(frozen=True)
class Point:
    """As it arrived; ``value`` is the count of a histogram, and ``sent`` all of it."""

    instance: str
    name: str
    kind: str
    labels: dict[str, str]
    value: float
    sent: Any

    @classmethod
    def all_of(cls, whose: dict[str, Any], metric: Any) -> Iterator[Self]:
        kind = metric.WhichOneof("data")
        for sent in getattr(metric, kind).data_points:
            value = sent.count if kind == "histogram" else sent.as_double
            yield cls(whose["service.instance.id"], metric.name, kind, values(sent.attributes), value, sent)


class Receiver:
    """``env`` is what a process needs to send its spans here, of traces that are recorded already.

    ``env_of_metrics`` is what it needs to send its metrics, and nothing else.
    """

    def __init__(self, port: int) -> None:
        self.spans: list[Span] = []
        self.exports: list[list[Point]] = []
        self.env = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
            "OTEL_TRACES_SAMPLER": "parentbased_always_off",
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "OTEL_METRICS_EXPORTER": "none",
        }
        self.env_of_metrics = {
            "OTEL_METRICS_EXPORTER": "otlp",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": f"http://127.0.0.1:{port}/v1/metrics",
            "OTEL_METRIC_EXPORT_INTERVAL": "200",
        }

    def take(self, path: str, body: bytes) -> None:
        {"/v1/traces": self._take_spans, "/v1/metrics": self._take_metrics}[path](body)

    def _take_metrics(self, body: bytes) -> None:
        (resource,) = ExportMetricsServiceRequest.FromString(body).resource_metrics
        whose = values(resource.resource.attributes)
        metrics = [metric for scope in resource.scope_metrics for metric in scope.metrics]
        self.exports.append([point for metric in metrics for point in Point.all_of(whose, metric)])

    def _take_spans(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = values(resource.resource.attributes)["service.name"]
            sent = [span for scope in resource.scope_spans for span in scope.spans]
            self.spans.extend(Span.of(service, span) for span in sent)

    def last(self, name: str, /, **labels: Any) -> float:
        """What the last export says, of all points with this name and these labels together."""
        wanted = {label: str(value) for label, value in labels.items()}.items()
        known = self.exports[-1] if self.exports else []
        return sum(one.value for one in known if one.name == name and wanted <= one.labels.items())

    def trace(self, trace_id: str, *names: str) -> list[Span]:
        """The spans of a trace, as soon as these are among them, as often as they are named."""

        def arrived() -> list[Span]:
            spans = [span for span in self.spans if span.trace_id == trace_id]
            known = [span.name for span in spans]
            return spans if all(known.count(name) >= names.count(name) for name in names) else []

        try:
            return list(eventually(arrived))
        except AssertionError:
            raise AssertionError(sorted(span.name for span in self.spans)) from None


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.take(self.path, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_port)
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield receiver
        server.shutdown()


def a_trace() -> tuple[str, dict[str, str]]:
    """The id of a trace that its caller has recorded, and the header to be in it."""
    trace_id = token_hex(16)
    return trace_id, {"traceparent": f"00-{trace_id}-{token_hex(8)}-01"}


def lineage(spans: list[Span], span: Span) -> list[Span]:
    """From the first span that is known here to this one."""
    by_id = {one.id: one for one in spans}
    line = [span]
    while before := by_id.get(line[0].parent):
        line.insert(0, before)
    return line


def names(spans: list[Span]) -> list[str]:
    return [span.name for span in spans]
