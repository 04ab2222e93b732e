"""What would break a program that calls us is found, and what would not is left alone."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import openapi
from tools.breaking import breaking_changes

PROMISED = yaml.safe_load(openapi.DOCUMENT.read_text())
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


@pytest.fixture
def promised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document of our own to compare with what the code says."""
    document = tmp_path / "openapi.yaml"
    document.write_text(openapi.DOCUMENT.read_text())
    monkeypatch.setattr(openapi, "DOCUMENT", document)
    return document


def test_the_document_that_is_checked_in_is_what_the_code_says(promised: Path) -> None:
    assert openapi.main(["--check"]) == 0


def test_a_stale_document_is_told_of_and_renewed(promised: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh = promised.read_text()
    promised.write_text(fresh.replace("Open a place", "Opened a place"))

    assert openapi.main(["--check"]) == 1
    assert "`make openapi` writes it anew" in capsys.readouterr().out

    assert openapi.main([]) == 0
    assert promised.read_text() == fresh


def test_what_would_break_callers_is_not_written(promised: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = promised.read_text().replace("/api/v1/inventories:", "/api/v1/warehouses:")
    promised.write_text(before)

    for arguments in ([], ["--check"]):
        assert openapi.main(arguments) == 1
        assert "GET /api/v1/warehouses: it is gone" in capsys.readouterr().out
    assert promised.read_text() == before
