"""A question to another process is in the trace of who asks, on both sides."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from opentelemetry.trace import SpanKind
from pytest_django.fixtures import Settings

from shop.building_blocks.errors import Unavailable
from shop.building_blocks.messages import Query
from shop.building_blocks.telemetry.tracing import beginning
from tests.rpc.oracle.contracts import EchoText, Fail, Refuse, StarsAreWrong
from tests.rpc.processes import TOKEN, Oracle
from tests.telemetry.receiver import Receiver, Span, a_trace, lineage, names

SERVICE = "shop.oracle.v1.OracleService"
Ask = Callable[[Query[Any]], list[Span]]


@pytest.fixture(scope="module")
def oracle(started: Receiver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oracle]:
    running = Oracle(tmp_path_factory.mktemp("oracle"), 2, 0, **started.env)
    yield running
    running.end()


@pytest.fixture
def ask(oracle: Oracle, receiver: Receiver, settings: Settings) -> Ask:
    """In a trace, whose spans it returns."""
    settings.RPC = {"tokens": (TOKEN,), "timeout": 10.0}

    def ask(query: Query[Any]) -> list[Span]:
        trace_id, carrier = a_trace()
        method = f"{SERVICE}/{type(query).__name__}"
        with beginning("asker", SpanKind.INTERNAL, {}, carrier), suppress(StarsAreWrong, Unavailable):
            oracle.remote()(query)
        return receiver.trace(trace_id, "asker", method, method, type(query).__name__)

    return ask


def sides(spans: list[Span]) -> tuple[Span, Span]:
    """Who asks, and who answers."""
    by_kind = {span.kind: span for span in spans if span.name.startswith(SERVICE)}
    return by_kind["CLIENT"], by_kind["SERVER"]


def test_a_question_and_its_answer_are_in_one_trace(ask: Ask) -> None:
    spans = ask(EchoText(text="Wird es regnen?"))

    client, server = sides(spans)
    method = f"{SERVICE}/EchoText"
    handler = next(span for span in spans if span.name == "EchoText")
    assert names(lineage(spans, handler)) == ["asker", method, method, "EchoText"]
    assert (client.service, server.service) == ("shop", "oracle")
    for side in (client, server):
        assert side.attributes["rpc.system.name"] == "grpc"
        assert side.attributes["rpc.method"] == method
        assert side.attributes["rpc.response.status_code"] == "OK"
    assert not any("regnen" in span.text for span in spans)


def test_a_refusal_is_no_error_on_either_side(ask: Ask) -> None:
    spans = ask(Refuse(way="declared"))

    assert not any(span.is_error for span in spans)
    assert {span.attributes["rpc.response.status_code"] for span in sides(spans)} == {"ABORTED"}


def test_a_fault_is_one_on_both(ask: Ask) -> None:
    spans = ask(Fail())

    fault = [*sides(spans), next(span for span in spans if span.name == "Fail")]
    assert all(span.is_error for span in fault)
    assert {span.attributes["rpc.response.status_code"] for span in sides(spans)} == {"INTERNAL"}
