"""The test's own process, traced as any other one is, and the collector that it sends to."""

from collections.abc import Iterator

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, ParentBased

from config.telemetry import send_traces
from shop.building_blocks.telemetry.sql import trace_statements
from shop.building_blocks.telemetry.tracing import tracer
from tests.telemetry.receiver import Receiver, receiving


@pytest.fixture(scope="session")
def started() -> Iterator[Receiver]:
    """For good, as a process cannot take it back; other tests are in no trace that is recorded."""
    with receiving() as receiver, pytest.MonkeyPatch.context() as environment:
        for name, value in receiver.env.items():
            environment.setenv(name, value)
        send_traces()
        yield receiver
        trace.get_tracer_provider().shutdown()  # type: ignore[attr-defined]


@pytest.fixture
def receiver(started: Receiver) -> Receiver:
    trace_statements()
    return started


@pytest.fixture
def _new_traces_are_recorded(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracer._tracer, "sampler", ParentBased(ALWAYS_ON))  # type: ignore[attr-defined]
