"""OpenTelemetry, off unless TELEMETRY is on; the standard OTEL_* variables say where it sends."""

from django.conf import settings


def instrument() -> None:
    """Call once per process; the imports are here because nobody should wait for what is off."""
    if not settings.TELEMETRY:
        return
    from opentelemetry import trace
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.django import DjangoInstrumentor
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument()
