"""A question is answered in another process as it would be in this one, and so is what it is refused by."""

import logging
from collections.abc import Callable, Iterator
from threading import Event
from typing import Any
from uuid import uuid4

import grpc
import pytest

from shop.building_blocks.errors import NotFound, Unavailable
from shop.building_blocks.rpc.client.remote import Remote
from shop.building_blocks.telemetry import context
from tests.rpc.oracle.contracts import (
    EchoId,
    EchoText,
    Fail,
    Refuse,
    StarsAreWrong,
    Talk,
    TellContext,
)
from tests.rpc.processes import METADATA, ORACLE, TOKEN, Oracle
from tests.support import eventually

UNSAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def ask(oracle: Oracle) -> Remote:
    return oracle.remote()


def test_the_answer_comes_back(ask: Remote) -> None:
    known = uuid4()

    assert ask(EchoText(text="Wird es regnen? ☂")) == "Wird es regnen? ☂"
    assert [ask(EchoId(id=one)) for one in (known, None)] == [known, None]


def test_a_refusal_of_the_contract_is_the_same_with_its_message_and_its_fields(ask: Remote) -> None:
    with pytest.raises(StarsAreWrong) as refused:
        ask(Refuse(way="declared"))

    assert str(refused.value) == "Not under Saturn."
    assert refused.value.errors == [
        {"code": "stars-are-wrong", "pointer": "#/way", "detail": "Bad.", "most": 3}
    ]


def test_a_refusal_that_says_nothing_has_its_title(ask: Remote) -> None:
    with pytest.raises(StarsAreWrong, match="The stars do not allow it"):
        ask(Refuse(way="silent"))


def test_a_refusal_that_the_contract_does_not_have_is_the_nearest_that_everybody_knows(ask: Remote) -> None:
    with pytest.raises(NotFound, match="It sleeps until nine") as refused:
        ask(Refuse(way="undeclared"))

    assert type(refused.value) is NotFound


def test_who_cannot_answer_because_somebody_else_is_away_says_so(ask: Remote) -> None:
    with pytest.raises(Unavailable, match="Somebody else is away"):
        ask(Refuse(way="unavailable"))


def test_a_fault_is_told_to_the_logs_and_to_nobody_else(
    ask: Remote, oracle: Oracle, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable) as refused:
        ask(Fail())

    assert str(refused.value) == "The oracle cannot be asked at the moment."
    assert "/shop.oracle.v1.OracleService/Fail: INTERNAL" in caplog.text
    assert caplog.records[-1].levelno == logging.ERROR
    assert "a secret of the oracle" not in caplog.text
    assert "ZeroDivisionError: a secret of the oracle" in oracle.process.output


def test_the_trace_and_the_request_go_with_the_question(ask: Remote, oracle: Oracle) -> None:
    with (
        context.continuing({"traceparent": UNSAMPLED}),
        context.caused_by(context.Cause.first("request-4711")),
    ):
        told = ask(TellContext())

    assert told.request_id == "request-4711"
    assert told.trace_id == "0af7651916cd43dd8448eb211c80319c"


def test_how_long_a_strangers_tracestate_is_decides_no_question(ask: Remote) -> None:
    """gRPC refuses metadata of more than 8 KiB, and some that are nearly as long."""
    for members in (1, 30):
        state = ",".join(f"k{number:03}={'v' * 256}" for number in range(members))
        with context.continuing({"traceparent": UNSAMPLED, "tracestate": state}):
            assert ("tracestate" in context.injected({})) == (members == 1)
            assert [ask(EchoText(text="Hello?")) for _ in range(20)] == ["Hello?"] * 20


def test_who_asks_on_nobodys_behalf_starts_a_trace(ask: Remote) -> None:
    first, second = ask(TellContext()), ask(TellContext())

    assert len(first.trace_id) == 32
    assert first != second


@pytest.mark.parametrize("shown", [(), ("wrong",), ("wrong", TOKEN)])
def test_without_the_service_token_nobody_is_answered(
    ask: Remote, asking: Callable[..., None], caplog: pytest.LogCaptureFixture, shown: tuple[str, ...]
) -> None:
    asking(tokens=shown)

    with pytest.raises(Unavailable):
        ask(EchoText(text="Hello?"))

    assert "UNAUTHENTICATED The service token is missing or wrong." in caplog.text


def test_who_has_no_token_is_refused_before_the_question_is_read(an_oracle: Callable[..., Oracle]) -> None:
    """Else strangers who never send one would hold all places."""
    oracle = an_oracle(threads=1)
    never = Event()
    with oracle.channel() as channel:
        call: Any = channel.stream_unary(ORACLE.questions[EchoText].path)
        strangers = [call.future(_asks_never(never)) for _ in range(20)]
        try:
            eventually(lambda: all(stranger.done() for stranger in strangers))
            assert oracle.remote()(EchoText(text="Hello?")) == "Hello?"
        finally:
            never.set()


def _asks_never(never: Event) -> Iterator[bytes]:
    never.wait()
    yield from ()


def test_a_proxy_of_whoever_started_the_process_is_not_told(
    oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was told would have the service token."""
    for variable in ("grpc_proxy", "https_proxy", "http_proxy"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")

    assert oracle.remote()(EchoText(text="Hello?")) == "Hello?"


def test_two_tokens_are_good_while_one_takes_the_others_place(
    an_oracle: Callable[..., Oracle], asking: Callable[..., None]
) -> None:
    oracle = an_oracle(RPC_TOKENS="new, old")

    for token in ("new", "old"):
        asking(tokens=(token,))
        assert oracle.remote()(EchoText(text=token)) == token


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"\x0a\x03abc", "id: badly formed hexadecimal UUID string"),
        (b"\xff", "Error parsing message"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused_and_told_why(
    oracle: Oracle, data: bytes, complaint: str
) -> None:
    with oracle.method(ORACLE.questions[EchoId].path) as call, pytest.raises(grpc.RpcError) as refused:
        call(data, metadata=METADATA, timeout=10)

    assert refused.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert complaint in str(refused.value.details())


def test_an_answer_that_is_too_long_is_none(ask: Remote, caplog: pytest.LogCaptureFixture) -> None:
    assert len(ask(Talk(letters=4_000_000))) == 4_000_000

    with pytest.raises(Unavailable):
        ask(Talk(letters=5_000_000))

    assert "OUT_OF_RANGE The answer has 5000005 bytes, too many: ask for less." in caplog.text


def test_a_question_that_is_too_long_is_not_sent(ask: Remote) -> None:
    with pytest.raises(ValueError, match="EchoText of 5000005 bytes: the most is 4194304"):
        ask(EchoText(text="a" * 5_000_000))
