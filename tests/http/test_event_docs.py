"""The events, as whoever writes a reader of them finds them."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from shop.building_blocks.messaging.asyncapi.document import document
from shop.building_blocks.messaging.asyncapi.published import published

CREATED = "catalog.product_created.v1"


@pytest.fixture
def browser() -> Client:
    return Client()


def test_the_document_is_for_everybody(browser: Client) -> None:
    answer = browser.get("/asyncapi.json")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/vnd.aai.asyncapi+json;version=3.0.0"
    assert answer.json() == document()


@pytest.mark.parametrize("event", [one.event.type for one in published()])
def test_the_schema_of_an_event_is_where_its_id_says(browser: Client, settings: Any, event: str) -> None:
    settings.PUBLIC_URL = "https://shop.example"

    answer = browser.get(f"/events/{event}.json")

    assert answer["Content-Type"] == "application/schema+json"
    schema = answer.json()
    assert schema["$id"] == f"https://shop.example/events/{event}.json"
    Draft202012Validator.check_schema(schema)
    (example,) = document()["components"]["messages"][event]["examples"]
    Draft202012Validator(schema).validate(example["payload"]["data"])


@pytest.mark.parametrize("name", ["catalog.product_created.v9", "ProductCreated", "..", CREATED.upper()])
def test_what_is_no_event_has_no_schema(browser: Client, name: str) -> None:
    answer = browser.get(f"/events/{name}.json")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/docs/events", "/asyncapi.json", f"/events/{CREATED}.json"])
def test_there_is_nothing_to_send(browser: Client, path: str) -> None:
    answer = browser.post(path)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD"
    assert browser.head(path).status_code == 200


def test_the_page_needs_nothing_that_the_policy_refuses_and_no_cookie(browser: Client) -> None:
    page = browser.get("/docs/events")

    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert not page.cookies
    text = page.content.decode()
    assert "<script" not in text
    assert "style=" not in text
