"""Our span of a request beside the one of OpenTelemetry's package for Django, which costs far more."""

from collections.abc import Iterator

import pytest
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_django.fixtures import Settings

from tests.support import a_client_with
from tests.telemetry.receiver import Receiver, a_trace

pytestmark = pytest.mark.django_db
LEFT_OUT = {"url.query", "user_agent.original"}
LEFT_OUT |= {f"{who}.{what}" for who in ("client", "server", "network.peer") for what in ("address", "port")}
"""What is asked for, who asks, and where: docs/adr/0018."""
PRODUCT = "/api/v1/products/01a20380-588e-76fa-86a2-1915287f7230"


@pytest.fixture
def theirs(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[InMemorySpanExporter]:
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    settings.MIDDLEWARE = list(settings.MIDDLEWARE)
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    package = DjangoInstrumentor()
    package.instrument(tracer_provider=provider, meter_provider=NoOpMeterProvider())
    yield exporter
    package.uninstrument()


@pytest.mark.parametrize("path", ["/api/v1/products?sku=MUG", PRODUCT, "/nothing/here"])
def test_it_says_the_same_but_for_what_is_personal(
    receiver: Receiver, theirs: InMemorySpanExporter, path: str
) -> None:
    trace_id, carrier = a_trace()

    a_client_with("catalog:read").get(path, headers=carrier, REQUEST_URI=path)

    (their,) = theirs.get_finished_spans()
    our = next(one for one in receiver.trace(trace_id, their.name) if one.kind == "SERVER")
    assert (our.name, our.kind, our.is_error) == (their.name, their.kind.name, False)
    said = dict(their.attributes or {})
    assert our.attributes == {name: value for name, value in said.items() if name not in LEFT_OUT}
    assert said.keys() & LEFT_OUT
