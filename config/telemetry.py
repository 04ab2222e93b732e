"""OpenTelemetry's SDK, where the environment names a collector: the standard OTEL_* say the rest."""

import os
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django.apps import AppConfig
from django.conf import settings

_PATIENCE = 2000  # milliseconds


class Telemetry(AppConfig):
    """Among INSTALLED_APPS only if there is somewhere to send it: nobody should wait for what is off.

    So every process sends its own traces: gunicorn's workers, which set up Django after their fork, Celery's,
    ``serve_rpc``, and all other commands. Metrics are sent by those who serve.
    """

    name = "config"

    def ready(self) -> None:
        if settings.TRACES:
            send_traces()
        if settings.METRICS:
            send_metrics()


def send_metrics() -> None:
    import requests
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    from shop.building_blocks.telemetry.metrics.otlp import translated
    from shop.building_blocks.telemetry.metrics.sending import send_by

    exporter = OTLPMetricExporter(session=requests.Session())

    def send(families: Iterable[Any], group: str, since: int) -> None:
        exporter.export(translated(families, _resource(group), since))

    send_by(send)


def send_traces() -> None:
    from opentelemetry import trace

    from shop.building_blocks.telemetry.sql import trace_statements

    trace.set_tracer_provider(_provider())
    trace_statements()


def _provider() -> Any:
    """What it has not sent yet it sends at the exit of the process, unless that takes too long."""
    import requests
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    class Batches(BatchSpanProcessor):
        def shutdown(self) -> None:
            """The SDK would try for half a minute, while whoever stopped the process waits."""
            self._batch_processor.shutdown(timeout_millis=_PATIENCE)

    session = requests.Session()
    # The SDK itself starts a new thread in a child; two processes must not talk over one connection either.
    os.register_at_fork(after_in_child=session.close)
    provider = TracerProvider(resource=_resource(str(uuid4())))
    provider.add_span_processor(Batches(OTLPSpanExporter(session=session)))
    return provider


def _resource(instance: str) -> Any:
    """The service is called after its modules, unless the environment names it."""
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.semconv._incubating.attributes.service_attributes import SERVICE_INSTANCE_ID
    from opentelemetry.semconv.attributes.service_attributes import SERVICE_NAME

    name = "shop" if len(settings.SHOP_MODULES) == len(settings.MODULES) else "-".join(settings.SHOP_MODULES)
    known = {SERVICE_NAME: name, SERVICE_INSTANCE_ID: instance}
    return Resource.create({**known, **OTELResourceDetector().detect().attributes})
