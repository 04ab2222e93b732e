"""OpenTelemetry's SDK, where the environment names a collector: the standard OTEL_* say the rest."""

import os
from typing import Any
from uuid import uuid4

from django.apps import AppConfig
from django.conf import settings

_PATIENCE = 2000  # milliseconds


class Traces(AppConfig):
    """Among INSTALLED_APPS only if there is somewhere to send them: nobody should wait for what is off.

    So every process sends its own: gunicorn's workers, which set up Django after their fork, Celery's,
    ``serve_rpc``, and all other commands.
    """

    name = "config"

    def ready(self) -> None:
        start()


def start() -> None:
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
    provider = TracerProvider(resource=_resource())
    provider.add_span_processor(Batches(OTLPSpanExporter(session=session)))
    return provider


def _resource() -> Any:
    """The service is called after its modules, unless the environment names it."""
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.semconv._incubating.attributes.service_attributes import SERVICE_INSTANCE_ID
    from opentelemetry.semconv.attributes.service_attributes import SERVICE_NAME

    name = "shop" if len(settings.SHOP_MODULES) == len(settings.MODULES) else "-".join(settings.SHOP_MODULES)
    known = {SERVICE_NAME: name, SERVICE_INSTANCE_ID: str(uuid4())}
    return Resource.create({**known, **OTELResourceDetector().detect().attributes})
