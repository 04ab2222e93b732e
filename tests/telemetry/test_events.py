"""Whatever happens to an event, however often and much later, is in the trace that it began in."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from msgspec.structs import replace
from opentelemetry.semconv._incubating.attributes.messaging_attributes import MESSAGING_MESSAGE_ID
from opentelemetry.trace import SpanKind

from shop.building_blocks.messaging import inbox, retries
from shop.building_blocks.messaging.console import operations
from shop.building_blocks.messaging.inprocess import carry
from shop.building_blocks.messaging.models import inbox_of
from shop.building_blocks.messaging.outbox import claim
from shop.building_blocks.messaging.registry import Consumer, _consumers
from shop.building_blocks.messaging.tracing import Sending, created
from shop.building_blocks.telemetry.tracing import beginning
from tests.messaging.test_inbox import Door, Knocked
from tests.support import a_product, deliver_events, eventually
from tests.telemetry.receiver import Receiver, Span, a_trace, lineage, names

pytestmark = pytest.mark.django_db
SEND, CREATE = "send catalog.product_created.v1", "create catalog.product_created.v1"
PROCESS, OPEN = "process catalog.knocked.v1", "process catalog.product_created.v1"


@pytest.fixture
def door() -> Iterator[Door]:
    opened = Door()
    _consumers["inventory"]["door"] = Consumer("door", Knocked, opened)
    yield opened
    del _consumers["inventory"]["door"]


def retry() -> None:
    inbox_of("inventory").exclude(next_attempt_at=None).update(
        next_attempt_at=timezone.now() - timedelta(seconds=1)
    )
    retries.retry("inventory", range(8), guard=lambda: None)


def a_product_in(carrier: dict[str, str], sku: str) -> None:
    with beginning("a request", SpanKind.SERVER, {}, carrier):
        a_product(sku=sku)


def test_an_event_that_is_tried_again_and_redriven_stays_in_its_trace(door: Door, receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    door.refuses = {1}
    with beginning("a request", SpanKind.SERVER, {}, carrier):
        event = created(Knocked(door="front", version=1))

    inbox.consume("inventory", [event], guard=lambda: None)
    retry()
    inbox_of("inventory").update(state="dead")
    door.refuses = set()
    operations.redrive("inventory", [inbox_of("inventory").get().pk], "alice", "the door was oiled")
    retry()

    spans = receiver.trace(trace_id, *[PROCESS] * 4)
    tries = [span for span in spans if span.name == PROCESS]
    assert [span.is_error for span in tries] == [True, True, True, False]
    assert {tuple(names(lineage(spans, span))) for span in tries} == {
        ("a request", "create catalog.knocked.v1", PROCESS)
    }
    assert tries[-1].attributes["messaging.message.id"] == str(event.id)


@pytest.mark.django_db(transaction=True)
def test_a_rule_that_stops_an_event_is_an_error_there_as_nobody_is_answered(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    a_product_in(carrier, "MUG-OF-NO-INVENTORY")

    deliver_events()

    tries = [span for span in receiver.trace(trace_id, OPEN, OPEN) if span.name == OPEN]
    assert {span.is_error for span in tries} == {True}
    assert {span.attributes["shop.refusal"] for span in tries} == {"inventory-not-found"}
    assert {span.attributes["error.type"].rpartition(".")[2] for span in tries} == {"InventoryNotFound"}


def test_traces_that_share_a_batch_are_linked(receiver: Receiver) -> None:
    traces = [a_trace() for _ in range(3)]
    for number, (_, carrier) in enumerate(traces):
        a_product_in(carrier, f"MUG-{number}")
    a_product(sku="MUG-UNRECORDED")

    deliver_events()

    spans = [receiver.trace(trace_id, "a request", CREATE, SEND) for trace_id, _ in traces]
    first, *others = [one(each, SEND) for each in spans]
    assert first.links == tuple(one(each, CREATE).id for each in spans[1:])
    assert [other.links for other in others] == [(first.id,)] * 2
    for each in spans:
        send = one(each, SEND)
        assert send.parent == one(each, CREATE).id
        assert send.attributes["messaging.batch.message_count"] == 4
        assert send.attributes["messaging.operation.type"] == "send"


@pytest.mark.django_db(transaction=True)
def test_the_commit_that_events_share_is_in_the_trace_of_each_that_is_done(
    door: Door, receiver: Receiver
) -> None:
    """Of a batch in which one fails, all are done again one by one."""
    door.refuses = {2}
    traces, events = [a_trace() for _ in range(2)], []
    for number, (_, carrier) in enumerate(traces):
        with beginning("a request", SpanKind.SERVER, {}, carrier):
            events.append(created(Knocked(door="front", version=number + 1)))

    inbox.consume("inventory", events, guard=lambda: None)

    done = receiver.trace(traces[0][0], *[PROCESS] * 2, "COMMIT")
    assert names(lineage(done, one(done, "COMMIT")))[-2:] == [PROCESS, "COMMIT"]
    assert one(done, "COMMIT").attributes["db.query.summary"] == "COMMIT"
    assert "COMMIT" not in names(receiver.trace(traces[1][0], *[PROCESS] * 2))


def one(spans: list[Span], name: str) -> Span:
    (span,) = [span for span in spans if span.name == name]
    return span


@pytest.mark.usefixtures("_new_traces_are_recorded")
def test_who_finds_nothing_to_do_leaves_no_trace(receiver: Receiver) -> None:
    deliver_events()
    before = len(receiver.spans)

    assert not carry(guard=lambda: None)

    trace_id, carrier = a_trace()
    with beginning("later", SpanKind.SERVER, {}, carrier):
        pass
    receiver.trace(trace_id, "later")
    assert [span.name for span in receiver.spans[before:]] == ["later"]


@pytest.mark.parametrize("traceparent", ["", "nonsense", f"00-{'0' * 32}-{'0' * 16}-01"])
@pytest.mark.usefixtures("_new_traces_are_recorded")
def test_an_event_without_a_good_trace_begins_one(door: Door, receiver: Receiver, traceparent: str) -> None:
    event = replace(created(Knocked(door="front", version=1)), traceparent=traceparent)

    inbox.consume("inventory", [event], guard=lambda: None)

    assert door.effects == ["front 1"]
    ids = [(PROCESS, str(event.id))]
    assert eventually(
        lambda: [one for one in receiver.spans if (one.name, one.attributes.get(MESSAGING_MESSAGE_ID)) in ids]
    )


def test_what_the_transport_does_not_take_is_an_error_with_its_reason(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    for number in range(2):
        a_product_in(carrier, f"MUG-{number}")
    taken, refused = claim("catalog", range(8), 10)

    with Sending([taken, refused]) as sending:
        sending.settled([taken], {refused: "no queue is bound"})

    sent = [span for span in receiver.trace(trace_id, SEND, SEND) if span.name == SEND]
    by_id = {span.attributes[MESSAGING_MESSAGE_ID]: span for span in sent}
    assert not by_id[str(taken.event_id)].is_error
    assert by_id[str(refused.event_id)].is_error
    assert "no queue is bound" in by_id[str(refused.event_id)].text


def test_what_was_held_back_behind_another_one_was_not_sent(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    for number in range(2):
        a_product_in(carrier, f"MUG-{number}")
    first, second = claim("catalog", range(8), 10)

    with Sending([first, second]) as sending:
        sending.settled([], {first: "no queue is bound"})
    with Sending([second]) as sending:
        sending.settled([second], {})

    sent = [span for span in receiver.trace(trace_id, SEND, SEND) if span.name == SEND]
    assert [span.attributes[MESSAGING_MESSAGE_ID] for span in sent] == [
        str(first.event_id),
        str(second.event_id),
    ]


def test_a_transport_that_fails_is_an_error_of_all_it_had(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    a_product_in(carrier, "MUG-1")

    with pytest.raises(TimeoutError), Sending(claim("catalog", range(8), 10)):
        raise TimeoutError

    assert one(receiver.trace(trace_id, SEND), SEND).attributes["error.type"] == "TimeoutError"
