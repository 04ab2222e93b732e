"""What would break a program that calls us is found, and what would not is left alone."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import asyncapi, openapi
from tools.breaking import breaking_changes
from tools.promises import Promise

PROMISED = yaml.safe_load(openapi.PROMISE.document.read_text())
LIST, CREATE = ("/api/v1/inventories", "get"), ("/api/v1/inventories", "post")


def operation(document: Any, where: tuple[str, str] = CREATE) -> Any:
    path, method = where
    return document["paths"][path][method]


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def field(document: Any, shape: str, name: str) -> Any:
    return schema(document, shape)["properties"][name]


def limit(document: Any) -> Any:
    given = operation(document, LIST)["parameters"]
    return next(one for one in given if one.get("name") == "limit")


BODY, SHOWN = "CreateInventoryRequest", "InventoryDetails"
BREAKS: dict[str, Callable[[Any], object]] = {
    "POST /api/v1/inventories: it is gone": lambda d: d["paths"][CREATE[0]].pop("post"),
    "GET /api/v1/inventories/{inventory_id}: it is gone": lambda d: d["paths"].pop(
        "/api/v1/inventories/{inventory_id}"
    ),
    "it needs the scope inventory:admin": lambda d: operation(d).update(
        security=[{"oauth2": ["inventory:write", "inventory:admin"]}]
    ),
    "it takes no limit any more": lambda d: operation(d, LIST)["parameters"].remove(limit(d)),
    "it takes no Idempotency-Key any more": lambda d: operation(d)["parameters"].pop(),
    "it requires limit": lambda d: limit(d).update(required=True),
    "it requires colour": lambda d: operation(d)["parameters"].append(
        {"in": "query", "name": "colour", "required": True, "schema": {"type": "string"}}
    ),
    "limit has a maximum of 50": lambda d: limit(d)["schema"].update(maximum=50),
    "limit has a minimum of 2": lambda d: limit(d)["schema"].update(minimum=2),
    "limit must not be integer any more": lambda d: limit(d)["schema"].update(type="string"),
    "the body requires colour": lambda d: schema(d, BODY)["required"].append("colour"),
    "the body must not have description any more": lambda d: schema(d, BODY)["properties"].pop("description"),
    "name has a maxLength of 50": lambda d: field(d, BODY, "name").update(maxLength=50),
    "name has a minLength of 2": lambda d: field(d, BODY, "name").update(minLength=2),
    "name has the pattern ^[a-z]+$": lambda d: field(d, BODY, "name").update(pattern="^[a-z]+$"),
    "inventory_id has the format uri": lambda d: field(d, "CreateProductRequest", "inventory_id").update(
        format="uri"
    ),
    "name is one of a few values now": lambda d: field(d, BODY, "name").update(enum=["food"]),
    "currency must not be EUR any more": lambda d: schema(d, "CurrencyEnum")["enum"].remove("EUR"),
    "it takes no application/json any more": lambda d: operation(d)["requestBody"].update(content={}),
    "it answers no 201 any more": lambda d: operation(d)["responses"].pop("201"),
    "its 201 has no Location any more": lambda d: operation(d)["responses"]["201"]["headers"].pop("Location"),
    "its 201 is no application/json any more": lambda d: operation(d)["responses"]["201"].pop("content"),
    "its 200 has no name any more": lambda d: schema(d, SHOWN)["properties"].pop("name"),
    "its 200 may come without name": lambda d: schema(d, SHOWN)["required"].remove("name"),
    "name of its 200 may be integer now": lambda d: field(d, SHOWN, "name").update(type="integer"),
    "name of its 200 may be null now": lambda d: schema(d, SHOWN)["properties"].update(
        name={"anyOf": [{"type": "string"}, {"type": "null"}]}
    ),
    "created_at of its 200 has the format date": lambda d: field(d, SHOWN, "created_at").update(
        format="date"
    ),
    "name of an item of items of its 200 may be null now": lambda d: field(
        d, "InventoryListItem", "name"
    ).update(type=["string", "null"]),
}
HARMLESS: dict[str, Callable[[Any], object]] = {
    "nothing": lambda d: d,
    "a new path": lambda d: d["paths"].update({"/api/v1/new": d["paths"][LIST[0]]}),
    "a new optional field": lambda d: schema(d, BODY)["properties"].update(colour={"type": "string"}),
    "a new field of an answer": lambda d: schema(d, SHOWN)["properties"].update(colour={"type": "string"}),
    "a new value to choose": lambda d: schema(d, "CurrencyEnum")["enum"].append("XTS"),
    "a new optional parameter": lambda d: operation(d, LIST)["parameters"].append(
        {"in": "query", "name": "colour", "schema": {"type": "string"}}
    ),
    "a new problem": lambda d: operation(d)["responses"].update({"402": operation(d)["responses"]["409"]}),
    "a problem less": lambda d: operation(d)["responses"].pop("409"),
    "what is not required any more": lambda d: schema(d, BODY)["required"].remove("name"),
    "wider limits": lambda d: field(d, BODY, "name").update(maxLength=1000, minLength=0),
    "other words": lambda d: operation(d).update(summary="Build a warehouse", description=""),
    "a scope less": lambda d: operation(d).pop("security"),
    "a schema of another name": lambda d: (
        d["components"]["schemas"].update(Made=schema(d, "Created")),
        operation(d)["responses"]["201"]["content"]["application/json"].update(
            schema={"$ref": "#/components/schemas/Made"}
        ),
    ),
}


@pytest.mark.parametrize("change", BREAKS)
def test_a_break_is_found(change: str) -> None:
    document = deepcopy(PROMISED)
    BREAKS[change](document)

    found = breaking_changes(PROMISED, document)

    assert [one for one in found if one.endswith(change)], found


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_not_refused(change: str) -> None:
    document = deepcopy(PROMISED)
    HARMLESS[change](document)

    assert breaking_changes(PROMISED, document) == []


def test_a_break_may_be_announced_by_the_first_number_of_the_version() -> None:
    document = deepcopy(PROMISED)
    document["paths"].clear()

    document["info"]["version"] = "1.1.0"
    assert breaking_changes(PROMISED, document)
    document["info"]["version"] = "10.0.0"
    assert not breaking_changes(PROMISED, document)


@pytest.fixture(params=[openapi.PROMISE, asyncapi.PROMISE], ids=lambda promise: promise.target)
def promise(request: pytest.FixtureRequest, tmp_path: Path) -> Promise:
    """With a document of our own to compare with what the code says."""
    real: Promise = request.param
    own = replace(real, document=tmp_path / real.document.name)
    own.document.write_text(real.document.read_text())
    return own


def test_the_documents_that_are_checked_in_are_what_the_code_says(promise: Promise) -> None:
    assert promise.keep(["--check"]) == 0


def test_a_stale_document_is_told_of_and_renewed(
    promise: Promise, capsys: pytest.CaptureFixture[str]
) -> None:
    fresh = promise.document.read_text()
    promise.document.write_text(fresh.replace("SKU", "number", 1).replace("Open a place", "Opened a place"))

    assert promise.keep(["--check"]) == 1
    assert f"`make {promise.target}` writes it anew" in capsys.readouterr().out

    assert promise.keep([]) == 0
    assert promise.document.read_text() == fresh


@pytest.mark.parametrize(
    ("promise", "name", "old_name"),
    [
        (openapi.PROMISE, "GET /api/v1/inventories", "GET /api/v1/warehouses"),
        (asyncapi.PROMISE, "inventory.stock_changed.v1", "inventory.stock_moved.v1"),
    ],
    indirect=["promise"],
    ids=["openapi", "asyncapi"],
)
def test_what_would_break_others_is_not_written(
    promise: Promise, name: str, old_name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = promise.document.read_text().replace(name.removeprefix("GET "), old_name.removeprefix("GET "))
    promise.document.write_text(before)

    for arguments in ([], ["--check"]):
        assert promise.keep(arguments) == 1
        assert f"{old_name}: it is gone" in capsys.readouterr().out
    assert promise.document.read_text() == before
