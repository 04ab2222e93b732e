"""Each request has an id and a trace, and each line of the log says which."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from logging.config import DictConfigurator
from typing import Any
from urllib.parse import urlsplit

import pytest
from rest_framework.test import APIClient

from config.settings import LOGGING
from shop.building_blocks.messaging.events import Envelope
from shop.building_blocks.telemetry.context import inside
from shop.building_blocks.telemetry.logs import Context
from shop.modules.catalog.models import OutboxMessage
from tests.support import a_client_with, an_inventory, deliver_events

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MUG = {
    "sku": "MUG-1",
    "name": "Mug",
    "price": "9.50",
    "inventory_id": "01a20380-588e-76fa-86a2-1915287f7230",
    "quantity": 12,
}


def test_a_request_id_is_made_and_told(anonymous: APIClient) -> None:
    first, second = anonymous.get("/livez"), anonymous.get("/livez")

    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_a_request_id_that_was_given_is_kept(anonymous: APIClient) -> None:
    response = anonymous.get("/livez", headers={"X-Request-ID": "order-4711"})

    assert response["X-Request-ID"] == "order-4711"


@pytest.mark.parametrize("forged", ["x" * 129, "a b", "ü", "<script>", ""])
def test_a_request_id_that_could_forge_a_line_is_replaced(anonymous: APIClient, forged: str) -> None:
    response = anonymous.get("/livez", headers={"X-Request-ID": forged})

    assert response["X-Request-ID"] != forged


@pytest.mark.django_db
def test_the_event_belongs_to_the_request_and_its_trace() -> None:
    client = a_client_with("catalog:write")

    client.post("/api/v1/products", MUG, headers={"X-Request-ID": "order-4711", "traceparent": TRACEPARENT})

    event = Envelope.decode(OutboxMessage.objects.get().body)
    assert event.correlationid == event.causationid == "order-4711"
    assert str(event.traceparent).split("-")[1] == "4bf92f3577b34da6a3ce929d0e0e4736"


@contextmanager
def written_by(layout: str) -> Iterator[StringIO]:
    """What the handler with this layout, of LOGGING's, would write."""
    stream = StringIO()
    options: Any = LOGGING["formatters"][layout]  # type: ignore[index]
    handler = logging.StreamHandler(stream)
    handler.addFilter(Context())
    handler.setFormatter(DictConfigurator({}).configure_formatter(dict(options)))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.fixture
def production_log() -> Any:
    """What the production handler would write, line by line."""
    with written_by("json") as stream:
        yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.django_db
def test_production_logs_a_json_line_per_request(production_log: Any) -> None:
    client = a_client_with("catalog:read")

    client.get("/api/v1/products", headers={"X-Request-ID": "order-4711", "traceparent": TRACEPARENT})

    (line,) = [line for line in production_log() if line["logger"] == "shop.http"]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/products", 200)
    assert line["request_id"] == "order-4711"
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert (line["level"], line["module"]) == ("INFO", "catalog")


@pytest.mark.parametrize("layout", ["json", "lines"])
@pytest.mark.parametrize("forged", ["%0A", "%0D%0A", "%C2%85", "%E2%80%A8", "%0B", "%1B%5B2K", "%00"])
def test_a_line_stays_a_line_whatever_is_asked_for(anonymous: APIClient, layout: str, forged: str) -> None:
    with written_by(layout) as stream:
        anonymous.get(f"/api/v1/nothing{forged}00:00:00 INFO all is well")

    (line,) = stream.getvalue().splitlines()
    assert "all%20is%20well" in line
    assert line.isprintable()


@pytest.mark.django_db(transaction=True)
def test_production_logs_a_json_line_per_handled_event(production_log: Any) -> None:
    inventory = str(an_inventory())
    logging.getLogger("shop").setLevel("INFO")
    client = a_client_with("catalog:write")
    headers = {"X-Request-ID": "order-4711", "traceparent": TRACEPARENT}
    client.post("/api/v1/products", MUG | {"inventory_id": inventory}, headers=headers)
    event = Envelope.decode(OutboxMessage.objects.get().body)

    deliver_events()

    (line,) = [one for one in production_log() if one.get("event_id") == str(event.id)]
    assert (line["consumer"], line["outcome"]) == ("open_stock_for_new_product", "handled")
    assert (line["event_type"], line["module"]) == ("catalog.product_created.v1", "inventory")
    assert line["request_id"] == line["correlation_id"] == "order-4711"
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert line["milliseconds"] > 0


@pytest.mark.django_db(transaction=True)
def test_one_that_failed_is_logged_in_the_trace_of_its_request(production_log: Any) -> None:
    client = a_client_with("catalog:write")
    client.post("/api/v1/products", MUG, headers={"X-Request-ID": "order-4711", "traceparent": TRACEPARENT})

    deliver_events()

    (line,) = [one for one in production_log() if one.get("outcome") == "parked"]
    assert (line["level"], line["module"], line["attempts"]) == ("WARNING", "inventory", 1)
    assert line["error"].startswith("InventoryNotFound")
    assert line["correlation_id"] == "order-4711"
    assert line["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


def test_what_a_library_quotes_is_hidden_in_each_field_and_in_tracebacks(production_log: Any) -> None:
    broker = "amqp://shop:planted@broker.internal:not-a-port"
    try:
        urlsplit(broker).port  # noqa: B018
    except ValueError:
        about = {"headers": "Authorization: Bearer planted"}
        logging.getLogger("library").exception("%s said no", broker, extra=about)

    (line,) = production_log()
    assert "planted" not in str(line)
    assert "broker.internal" in line["message"]
    assert "Traceback" in line["exc_info"]


def test_a_line_names_the_module_that_wrote_it(production_log: Any) -> None:
    with inside("catalog"):
        logging.getLogger("shop.test").warning("hello")

    assert production_log()[-1]["module"] == "catalog"
