"""What the spans of requests say, and what they keep to themselves."""

import logging
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.test import Client
from opentelemetry.trace import SpanKind

from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.telemetry.tracing import beginning
from shop.modules.catalog.models import OutboxMessage
from tests.support import a_client_with, a_product, lose_table
from tests.telemetry.receiver import Receiver, Span, a_trace
from tests.telemetry.test_logs import MUG

pytestmark = pytest.mark.django_db
POST = "POST api/v1/products"


def named(spans: list[Span], name: str) -> Span:
    return next(span for span in spans if span.name == name)


def test_a_refusal_is_no_error(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    a_product(sku=MUG["sku"])

    answer = a_client_with("catalog:write").post("/api/v1/products", MUG, headers=carrier)

    spans = receiver.trace(trace_id, POST)
    assert answer.status_code == named(spans, POST).attributes["http.response.status_code"] == 409
    assert named(spans, "CreateProduct").attributes["shop.refusal"] == "duplicate-sku"
    assert not any(span.is_error for span in spans)


def test_a_fault_is_an_error_of_all_that_it_went_through(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    lose_table("catalog_product")

    client = a_client_with("catalog:write")
    client.raise_request_exception = False
    client.post("/api/v1/products", MUG, headers=carrier)

    spans = receiver.trace(trace_id, POST)
    kind = named(spans, "CreateProduct").attributes["error.type"]
    assert kind in {"django.db.utils.OperationalError", "django.db.utils.ProgrammingError"}
    assert "create_product.py" in named(spans, "CreateProduct").text
    assert named(spans, POST).attributes["error.type"] == "500"
    assert [span.name for span in spans if span.is_error][-2:] == ["CreateProduct", POST]


PLANTED, PASSWORD = "planted-secret", "a hidden phrase 77"


def test_nothing_that_people_write_or_are_known_by_is_in_a_span(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    headers = {
        **carrier,
        "User-Agent": PLANTED,
        "X-Forwarded-For": PLANTED,
        "Cookie": f"sessionid={PLANTED}",
        "Referer": f"https://a.example/?{PLANTED}",
        "baggage": f"user={PLANTED}",
    }
    browser = Client(raise_request_exception=False)
    registration = {"username": PLANTED, "email": f"{PLANTED}@mail.example", "password": PASSWORD}

    def register() -> Any:
        return browser.post("/api/v1/users", registration, "application/json", headers=headers)

    assert register().status_code == 201
    assert register().status_code == 409
    browser.get(f"/connect/authorize?client_id={PLANTED}&state={PLANTED}", headers=headers)
    browser.post("/connect/token", {"username": PLANTED, "client_secret": PLANTED}, headers=headers)
    browser.get(
        f"/api/v1/products/search?q={PLANTED}", headers=headers | {"Authorization": f"Bearer {PLANTED}"}
    )
    a_client_with("catalog:read").get(f"/api/v1/products/search?q={PLANTED}", headers=headers)

    search = "GET api/v1/products/search"
    spans = receiver.trace(trace_id, "POST api/v1/users", "POST connect/token", search, search)
    assert any("INSERT" in span.name for span in spans)
    assert [span.text for span in spans if PLANTED in span.text or PASSWORD in span.text] == []


def test_the_values_that_a_database_complains_about_stay_there(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()

    row = {"event_id": uuid4(), "subject": PLANTED, "partition": 0}
    OutboxMessage.objects.create(**row)

    with pytest.raises(IntegrityError), beginning("a fault", SpanKind.SERVER, {}, carrier):
        OutboxMessage.objects.create(**row)

    spans = receiver.trace(trace_id, "a fault", "INSERT catalog_outboxmessage")
    assert all(span.is_error and span.attributes["error.type"] for span in spans)
    assert "exception.stacktrace" in named(spans, "a fault").text
    assert not any(str(known) in span.text for span in spans for known in row.values() if known)


def test_probes_are_not_traced(receiver: Receiver) -> None:
    trace_id, carrier = a_trace()
    browser = Client()

    for path in ("/livez", "/readyz", "/livez", "/openapi.json"):
        browser.get(path, headers=carrier)

    assert [span.name for span in receiver.trace(trace_id, "GET openapi.json")] == ["GET openapi.json"]


@pytest.mark.parametrize("method", ["BREW", "brew"])
def test_methods_that_clients_make_up_are_no_names(receiver: Receiver, method: str) -> None:
    trace_id, carrier = a_trace()

    Client().generic(method, "/openapi.json", headers=carrier)

    (span,) = receiver.trace(trace_id, "HTTP openapi.json")
    assert span.attributes["http.request.method"] == "_OTHER"


@pytest.mark.usefixtures("_new_traces_are_recorded")
def test_who_has_decided_not_to_record_is_heeded(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """By us, and by whoever gets the event; who has not decided leaves it to the sampler."""
    trace_id, carrier = a_trace()
    unrecorded = {"traceparent": carrier["traceparent"].removesuffix("01") + "00"}
    client = a_client_with("catalog:write")

    with caplog.at_level(logging.INFO, "shop.http"):
        client.post("/api/v1/products", MUG, headers=unrecorded)
        client.post("/api/v1/products", MUG | {"sku": "MUG-2"})

    first, second = OutboxMessage.objects.order_by("id")
    version, trace, _, flags = str(Envelope.decode(first.body).traceparent).split("-")
    assert (version, trace, int(flags, 16) & 1) == ("00", trace_id, 0)
    _, trace, _, flags = str(Envelope.decode(second.body).traceparent).split("-")
    assert int(flags, 16) & 1
    assert receiver.trace(trace, POST)
    assert not [span for span in receiver.spans if span.trace_id == trace_id]
