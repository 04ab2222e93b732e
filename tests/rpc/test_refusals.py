"""A refusal arrives, however long it is; and nobody stumbles over one that is new, or none at all."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from google.protobuf import any_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2

from shop.building_blocks.errors import NotFound, Refusal, Unavailable
from shop.building_blocks.messages import Query
from shop.building_blocks.rpc.client.remote import Remote
from shop.building_blocks.rpc.contract import Contract
from shop.building_blocks.rpc.refusals import status_of
from tests.rpc.oracle.contracts import EchoText, StarsAreWrong
from tests.rpc.processes import ORACLE
from tests.rpc.versions import new, old

HELLO = EchoText(text="Hello?")
DETAILS = "grpc-status-details-bin"
Answer = Callable[[grpc.ServicerContext], bytes]


class Peer(grpc.GenericRpcHandler):
    """Answers every question alike."""

    answer: Answer

    def service(self, _details: Any) -> Any:
        return grpc.unary_unary_rpc_method_handler(lambda _data, context: self.answer(context))


@pytest.fixture
def asked() -> Iterator[Callable[..., Any]]:
    """``asked(answer)`` is what becomes of a question to a peer that answers so."""
    peer = Peer()
    server = grpc.server(ThreadPoolExecutor(1), handlers=[peer])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    def ask(answer: Answer, query: Query[Any] = HELLO, contract: Contract = ORACLE) -> Any:
        peer.answer = answer
        return Remote(contract, f"127.0.0.1:{port}")(query)

    yield ask
    server.stop(0).wait()


def refused(refusal: Refusal, contract: Contract = ORACLE) -> Answer:
    """As our own services do it."""

    def answer(context: grpc.ServicerContext) -> bytes:
        context.abort_with_status(status_of(refusal, contract))

    return answer


def refusing(details: bytes) -> Answer:
    """As NOT_FOUND, with these details of it."""

    def answer(context: grpc.ServicerContext) -> bytes:
        context.set_trailing_metadata(((DETAILS, details),))
        context.abort(grpc.StatusCode.NOT_FOUND, "Not here.")

    return answer


def status(message: str = "Not here.", code: int = code_pb2.NOT_FOUND, content: bytes = b"") -> bytes:
    detail = any_pb2.Any(type_url="type.googleapis.com/google.rpc.ErrorInfo", value=content)
    data: bytes = status_pb2.Status(code=code, message=message, details=[detail]).SerializeToString()
    return data


def info(reason: str = "NotFound", **metadata: str) -> bytes:
    """Of an error."""
    error = error_details_pb2.ErrorInfo(reason=reason, domain=ORACLE.package, metadata=metadata)
    data: bytes = error.SerializeToString()
    return data


@pytest.mark.parametrize("letter", ["x", "é", "☂", "\N{CROSSED SWORDS}\N{VARIATION SELECTOR-16}"])
def test_a_long_refusal_arrives_without_its_end(asked: Callable[..., Any], letter: str) -> None:
    with pytest.raises(StarsAreWrong) as found:
        asked(refused(StarsAreWrong(letter * 10_000, [{"detail": letter * 5000}])))

    assert str(found.value).startswith(letter * 50)
    assert str(found.value).endswith("…")
    assert found.value.errors == []


def test_of_many_fields_the_first_arrive(asked: Callable[..., Any]) -> None:
    fields = [{"pointer": f"#/products/{number}", "detail": "Not for sale."} for number in range(1000)]

    with pytest.raises(StarsAreWrong, match="All of them") as found:
        asked(refused(StarsAreWrong("All of them.", fields)))

    pointers = [field["pointer"] for field in found.value.errors]
    assert len(pointers) > 20
    assert pointers == [field["pointer"] for field in fields[: len(pointers)]]


def test_a_refusal_that_is_newer_than_the_caller_is_the_nearest_that_it_knows(
    asked: Callable[..., Any],
) -> None:
    service, caller = Contract("shelf", new), Contract("shelf", old)

    with pytest.raises(old.Gone, match="Burnt") as found:
        asked(refused(new.Burnt("Burnt."), service), old.Find(name="Mug"), caller)
    assert type(found.value) is old.Gone
    with pytest.raises(NotFound) as unheard:
        asked(refused(new.Unheard(), service), old.Find(name="Mug"), caller)
    assert type(unheard.value) is NotFound


def test_what_the_peer_refuses_by_is_understood(asked: Callable[..., Any]) -> None:
    with pytest.raises(NotFound, match="Not here"):
        asked(refusing(status(content=info())))


@pytest.mark.parametrize(
    "details",
    {
        "no status": b"\xff\xff\xff",
        "another code": status(code=code_pb2.ABORTED, content=info()),
        "another message": status("Elsewhere.", content=info()),
        "no error": status(content=b"\xff\xff"),
        "fields that are no JSON": status(content=info(errors="{")),
        "fields that are none": status(content=info(errors="[1]")),
        "an unknown refusal": status(content=info("NobodyKnows")),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_refusal_that_cannot_be_read_is_no_answer(
    asked: Callable[..., Any], details: tuple[str, bytes]
) -> None:
    with pytest.raises(Unavailable, match="The oracle cannot be asked"):
        asked(refusing(details[1]))


def test_bytes_that_are_no_answer_are_none(asked: Callable[..., Any]) -> None:
    with pytest.raises(Unavailable, match="The oracle cannot be asked"):
        asked(lambda _: b"\xff\xff\xff")
