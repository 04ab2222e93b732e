"""Somebody who stumbles is asked again at once, and somebody who is down is left alone."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from shop.building_blocks.breaker import Breaker
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.rpc.client.remote import Remote
from tests.rpc.oracle.contracts import EchoText, Refuse, StarsAreWrong
from tests.rpc.processes import ORACLE, Oracle

HELLO = EchoText(text="Hello?")


class Stumbling:
    """A service that is UNAVAILABLE so many times, and then answers."""

    def __init__(self) -> None:
        self.failures = 0
        self.calls = 0

    def __call__(self, data: bytes, context: grpc.ServicerContext) -> bytes:
        self.calls += 1
        if self.calls <= self.failures:
            context.abort(grpc.StatusCode.UNAVAILABLE, "Stumbled.")
        return ORACLE.questions[EchoText].write_answer("Yes.")


@pytest.fixture
def stumbling() -> Stumbling:
    return Stumbling()


@pytest.fixture
def remote(stumbling: Stumbling) -> Iterator[Callable[..., Remote]]:
    method: Any = grpc.unary_unary_rpc_method_handler(stumbling)
    server = grpc.server(ThreadPoolExecutor(1))
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler(ORACLE.service, {"EchoText": method}),)
    )
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield lambda breaker=None: Remote(ORACLE, f"127.0.0.1:{port}", breaker)
    server.stop(0).wait()


def test_a_question_is_asked_up_to_three_times(stumbling: Stumbling, remote: Callable[..., Remote]) -> None:
    stumbling.failures = 2

    assert remote()(HELLO) == "Yes."
    assert stumbling.calls == 3


def test_and_not_more_often(stumbling: Stumbling, remote: Callable[..., Remote]) -> None:
    stumbling.failures = 3

    with pytest.raises(Unavailable):
        remote()(HELLO)
    assert stumbling.calls == 3


def test_who_fails_again_and_again_is_not_called_for_a_while(
    stumbling: Stumbling, remote: Callable[..., Remote]
) -> None:
    stumbling.failures = 6
    ask = remote(Breaker(limit=2, pause=60))

    for _ in range(5):
        with pytest.raises(Unavailable, match="The oracle cannot be asked at the moment"):
            ask(HELLO)

    assert stumbling.calls == 6


def test_a_refusal_is_an_answer(oracle: Oracle) -> None:
    ask = oracle.remote(Breaker(limit=1, pause=60))

    for _ in range(2):
        with pytest.raises(StarsAreWrong):
            ask(Refuse(way="declared"))
    assert ask(HELLO) == "Hello?"
