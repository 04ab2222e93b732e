"""Whoever is asked may be absent, dead, half dead, slow or busy: the asker waits no longer than it said."""

import signal
from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import uuid4

import grpc
import psycopg
import pytest
from django.conf import settings
from grpc_health.v1 import health_pb2, health_pb2_grpc

from shop.building_blocks.breaker import Breaker
from shop.building_blocks.errors import Unavailable
from shop.building_blocks.messages import Query
from shop.building_blocks.rpc.client.remote import Remote
from tests.rpc.oracle.contracts import EchoText, Wait
from tests.rpc.processes import METADATA, ORACLE, Oracle
from tests.support import eventually
from tools.private_server import free_port

LONG = 20.0
"""Longer than any test: who waits for it has failed."""


def answers(remote: Remote) -> bool:
    try:
        return bool(remote(EchoText(text="yes")) == "yes")
    except Unavailable:
        return False


def seconds_of_refusal(remote: Remote, query: Query[str]) -> float:
    began = monotonic()
    with pytest.raises(Unavailable):
        remote(query)
    return monotonic() - began


def future(channel: grpc.Channel, query: Query[str], seconds: float = LONG) -> Any:
    """The call as gRPC knows it, under way."""
    question = ORACLE.questions[type(query)]
    call: Any = channel.unary_unary(question.path)
    return call.future(question.write(query), metadata=METADATA, timeout=seconds)


def statements(mark: str) -> int:
    """Of the database at this moment, that have the mark."""
    with psycopg.connect(settings.DATABASE_ADMIN_URL) as database:
        found = database.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid() AND"
            " query LIKE '%%pg_sleep%%' AND query LIKE %s",
            [f"%{mark}%"],
        ).fetchone()
    assert found
    return int(found[0])


def test_who_is_absent_is_not_waited_for() -> None:
    remote = Remote(ORACLE, f"127.0.0.1:{free_port()}")

    assert seconds_of_refusal(remote, EchoText(text="Hello?")) < 5  # of the ten it would wait for an answer


def test_after_a_sudden_death_calls_fail_at_once_and_soon_after_its_return_they_succeed(
    an_oracle: Callable[..., Oracle],
) -> None:
    oracle = an_oracle()
    remote = oracle.remote(Breaker(limit=3, pause=0.1))
    assert answers(remote)

    oracle.process.kill()
    for _ in range(4):
        seconds_of_refusal(remote, EchoText(text="Hello?"))
    oracle.start()

    eventually(lambda: answers(remote), seconds=10)


def test_who_hangs_costs_no_more_than_the_timeout(
    an_oracle: Callable[..., Oracle], asking: Callable[..., None]
) -> None:
    oracle = an_oracle()
    remote = oracle.remote(Breaker(limit=3, pause=0.1))
    assert answers(remote)
    asking(timeout=0.2)

    oracle.process.tell(signal.SIGSTOP)
    try:
        assert 0.15 < seconds_of_refusal(remote, EchoText(text="Hello?")) < 5
    finally:
        oracle.process.tell(signal.SIGCONT)

    asking(timeout=5.0)
    eventually(lambda: answers(remote), seconds=10)


def test_at_the_deadline_the_statement_ends_too_and_its_thread_is_free(
    an_oracle: Callable[..., Oracle], asking: Callable[..., None]
) -> None:
    oracle = an_oracle(threads=1, RPC_LONGEST=str(LONG))
    remote = oracle.remote()
    assert answers(remote)
    asking(timeout=0.7)

    assert seconds_of_refusal(remote, Wait(seconds=LONG)) < 5

    asking(timeout=10.0)  # less than the statement would take
    assert answers(remote)
    assert "/shop.oracle.v1.OracleService/Wait DEADLINE_EXCEEDED" in oracle.process.output


@pytest.mark.postgresql
def test_the_database_has_stopped_what_nobody_waits_for(oracle: Oracle) -> None:
    mark = uuid4().hex
    with oracle.channel() as channel:
        call = future(channel, Wait(seconds=LONG, mark=mark), seconds=2.0)
        eventually(lambda: statements(mark) == 1, seconds=2.0)

        assert call.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    eventually(lambda: statements(mark) == 0, seconds=2.0)


def test_who_sets_no_deadline_does_not_keep_the_database_for_ever(
    an_oracle: Callable[..., Oracle],
) -> None:
    oracle = an_oracle(RPC_LONGEST="0.3")
    question = ORACLE.questions[Wait]
    with oracle.method(question.path) as call, pytest.raises(grpc.RpcError) as refused:
        call(question.write(Wait(seconds=LONG)), metadata=METADATA)

    assert refused.value.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert refused.value.details() == "It took too long, and was given up."


def test_more_calls_than_can_wait_are_refused_at_once(an_oracle: Callable[..., Oracle]) -> None:
    oracle = an_oracle(threads=1)
    with oracle.channel() as channel:
        calls = [future(channel, Wait(seconds=LONG)) for _ in range(10)]
        eventually(lambda: sum(call.done() for call in calls) == 6, seconds=4)
        refused = [call for call in calls if call.done()]

        assert {call.code() for call in refused} == {grpc.StatusCode.RESOURCE_EXHAUSTED}
        assert seconds_of_refusal(oracle.remote(), EchoText(text="Hello?")) < 3
        for call in calls:
            call.cancel()


def test_when_it_is_to_stop_it_tells_probes_takes_no_more_and_finishes_what_is_in_hand(
    an_oracle: Callable[..., Oracle],
) -> None:
    oracle = an_oracle()
    with oracle.channel() as channel:
        request = health_pb2.HealthCheckRequest(service=ORACLE.service)
        health: Any = health_pb2_grpc.HealthStub(channel)
        probe = health.Watch(request)
        assert next(probe).status == health_pb2.HealthCheckResponse.SERVING
        in_hand = future(channel, Wait(seconds=1.0))
        assert future(channel, EchoText(text="behind it")).result()

        oracle.process.tell(signal.SIGTERM)

        assert next(probe).status == health_pb2.HealthCheckResponse.NOT_SERVING
        eventually(lambda: not answers(oracle.remote()))
        assert ORACLE.questions[Wait].read_answer(in_hand.result()) == "done"
    assert oracle.process.wait() == 0
    assert oracle.process.output.endswith("Stopped\n")
