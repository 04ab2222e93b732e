"""What is published is as the schemas of the events say, and the schemas say what it means."""

import json
from dataclasses import fields as fields_of
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from shop.building_blocks.http.etags import ANY_VERSION
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.asyncapi.document import document
from shop.building_blocks.messaging.asyncapi.published import published
from shop.building_blocks.messaging.asyncapi.schemas import data_schema
from shop.building_blocks.messaging.events import Envelope, EventType, IntegrationEvent
from shop.building_blocks.messaging.models import outbox_of
from shop.building_blocks.telemetry import context
from shop.modules.catalog.features.delete_product import DeleteProduct
from shop.modules.catalog.features.update_product import UpdateProduct
from shop.modules.identity.features.register_user import RegisterUser
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.release_reservation import ReleaseReservation
from tests.inventory.arrange import reserve
from tests.support import a_product, an_inventory, deliver_events

EVENTS = [one.event for one in published()]
DOCUMENT = document()
VALUES = {
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
each_event = pytest.mark.parametrize("event_type", EVENTS, ids=lambda event: event.type)


def validate(envelope: Any, event_type: str) -> None:
    """By the schema that the document has for messages of this type."""
    validator(event_type).validate(envelope)


@cache
def validator(event_type: str) -> Draft202012Validator:
    schema = {**message(event_type)["payload"], "components": DOCUMENT["components"]}
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def message(event_type: str) -> Any:
    return DOCUMENT["components"]["messages"][event_type]


def any_of(event_type: EventType[IntegrationEvent]) -> st.SearchStrategy[IntegrationEvent]:
    hints = get_type_hints(event_type)
    fields = {
        one.name: VALUES.get(hints[one.name], st.from_type(hints[one.name])) for one in fields_of(event_type)
    }
    return st.builds(event_type, **fields)


@each_event
@settings(deadline=None, max_examples=50)
@given(data=st.data())
def test_whatever_an_event_says_it_says_by_its_schema(
    event_type: EventType[IntegrationEvent], data: st.DataObject
) -> None:
    event = data.draw(any_of(event_type))

    with context.continuing({}):
        sent = Envelope.of(event)

    validate(json.loads(sent.encode()), event_type.type)
    assert Envelope.decode(sent.encode()).open(event_type) == event


@pytest.mark.django_db
def test_all_that_a_day_at_the_shop_publishes_is_by_the_schemas() -> None:
    send(RegisterUser(username="alice", email="alice@example.org", password="correct horse battery staple"))
    product_id = a_product(inventory_id=an_inventory())
    deliver_events()
    send(ConfirmReservation(reservation_id=reserve((product_id, 1))))
    send(ReleaseReservation(reservation_id=reserve((product_id, 2))))
    reserve((product_id, 3))
    send(
        UpdateProduct(
            product_id=product_id,
            expected=ANY_VERSION,
            name="Cup",
            description="",
            price=Decimal("7.20"),
            currency="EUR",
        )
    )
    send(DeleteProduct(product_id=product_id, expected=ANY_VERSION))
    deliver_events()

    modules = ("catalog", "inventory", "identity")
    told = [json.loads(row.body) for module in modules for row in outbox_of(module).all()]
    for envelope in told:
        validate(envelope, envelope["type"])
    assert {envelope["type"] for envelope in told} == {event.type for event in EVENTS}


@each_event
def test_the_example_is_one_that_could_have_been_sent(event_type: EventType[IntegrationEvent]) -> None:
    (example,) = message(event_type.type)["examples"]

    validate(example["payload"], event_type.type)
    envelope = Envelope.decode(json.dumps(example["payload"]))
    assert envelope.subject == str(getattr(envelope.open(event_type), event_type.aggregate))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("specversion", "2.0"),
        ("type", "catalog.product_updated.v1"),
        ("source", "/inventory"),
        ("id", "7"),
        ("data", {"version": 1}),
        ("data", None),
    ],
)
def test_what_was_never_sent_does_not_fit(field: str, value: Any) -> None:
    name = "catalog.product_created.v1"
    (example,) = message(name)["examples"]

    with pytest.raises(ValidationError):
        validate({**example["payload"], field: value}, name)


@each_event
def test_its_schema_is_one(event_type: EventType[IntegrationEvent]) -> None:
    Draft202012Validator.check_schema(data_schema(event_type, "https://shop.example/event.json"))
