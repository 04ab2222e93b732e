"""Answer, wait, refuse and fail."""

from time import monotonic
from uuid import UUID

from django.db import connections

from shop.building_blocks.errors import NotFound, Unavailable
from shop.building_blocks.mediator import handles
from shop.building_blocks.telemetry import context
from tests.rpc.oracle.contracts import (
    Context,
    Echo,
    EchoId,
    EchoText,
    Fail,
    Refuse,
    StarsAreWrong,
    Talk,
    TellContext,
    Wait,
    Whole,
)

_SLEEP = """
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE clock() < %s) SELECT count(*) FROM n
"""


class OracleIsAsleep(NotFound):
    """Nobody else knows of this."""


@handles(Echo)
def echo(query: Echo) -> Whole:
    return query.whole


@handles(EchoText)
def echo_text(query: EchoText) -> str:
    return query.text


@handles(EchoId)
def echo_id(query: EchoId) -> UUID | None:
    return query.id


@handles(Wait)
def wait(query: Wait) -> str:
    """SQLite cannot sleep, and looks at the clock again and again."""
    connection = connections["oracle"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_sleep(%s), %s", [query.seconds, query.mark])
        else:
            connection.connection.create_function("clock", 0, monotonic)
            cursor.execute(_SLEEP, [monotonic() + query.seconds])
    return "done"


@handles(Refuse)
def refuse(query: Refuse) -> str:
    known = {
        "declared": StarsAreWrong("Not under Saturn.", [{"pointer": "#/way", "detail": "Bad.", "most": 3}]),
        "silent": StarsAreWrong(),
        "undeclared": OracleIsAsleep("It sleeps until nine."),
        "unavailable": Unavailable("Somebody else is away."),
    }
    raise known[query.way]


@handles(Fail)
def fail(_query: Fail) -> str:
    raise ZeroDivisionError("a secret of the oracle")


@handles(Talk)
def talk(query: Talk) -> str:
    return "a" * query.letters


@handles(TellContext)
def tell_context(_query: TellContext) -> Context:
    return Context(trace_id=context.trace_id(), request_id=context.correlation_id())
