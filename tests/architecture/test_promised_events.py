"""What would break a program that reads our events is found, and what would not is left alone."""

import sys
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import yaml

from tests.architecture.conftest import Tree
from tools import asyncapi
from tools.breaking_events import breaking_changes

PROMISED = yaml.safe_load(asyncapi.PROMISE.document.read_text())
CREATED = "catalog.product_created.v1"


def schema(document: Any, name: str) -> Any:
    return document["components"]["schemas"][name]


def field(document: Any, name: str, shape: str = "ProductCreated") -> Any:
    return schema(document, shape)["properties"][name]


def add(document: Any, name: str, *, required: bool) -> None:
    shape = schema(document, "ProductCreated")
    shape["properties"][name] = {"type": "string"}
    shape["required"] += [name] if required else []


BREAKS: dict[str, Callable[[Any], object]] = {
    f"{CREATED}: it is gone": lambda d: d["components"]["messages"].pop(CREATED),
    f"{CREATED}: data has no sku any more": lambda d: schema(d, "ProductCreated")["properties"].pop("sku"),
    f"{CREATED}: data may come without sku": lambda d: schema(d, "ProductCreated")["required"].remove("sku"),
    f"{CREATED}: data requires colour, which older ones lack": lambda d: add(d, "colour", required=True),
    f"{CREATED}: the type of quantity is string and was integer": lambda d: field(d, "quantity").update(
        type="string"
    ),
    f"{CREATED}: the type of name is null or string and was string": lambda d: schema(d, "ProductCreated")[
        "properties"
    ].update(name={"anyOf": [{"type": "string"}, {"type": "null"}]}),
    f"{CREATED}: the format of price is None and was decimal": lambda d: field(d, "price").pop("format"),
    f"{CREATED}: the maxLength of sku is 8 and was None": lambda d: field(d, "sku").update(maxLength=8),
    f"{CREATED}: the enum of currency is ['EUR'] and was None": lambda d: field(d, "currency").update(
        enum=["EUR"]
    ),
    f"{CREATED}: the const of specversion is 2.0 and was 1.0": lambda d: field(
        d, "specversion", "Envelope"
    ).update(const="2.0"),
    f"{CREATED}: the message has no subject any more": lambda d: schema(d, "Envelope")["properties"].pop(
        "subject"
    ),
    "inventory.reservation_placed.v1: an item of lines has no quantity any more": lambda d: schema(
        d, "ReservedLine"
    )["properties"].pop("quantity"),
    f"{CREATED}: it is published to shop.events {CREATED}": lambda d: d["channels"][CREATED].update(
        address=CREATED
    ),
    f"{CREATED}: it is published to news {CREATED}.{{partition}}": lambda d: d["channels"][CREATED][
        "bindings"
    ]["amqp"]["exchange"].update(name="news"),
}
HARMLESS: dict[str, Callable[[Any], object]] = {
    "nothing": lambda d: d,
    "a new type": lambda d: d["components"]["messages"].update(
        {"catalog.product_created.v2": d["components"]["messages"][CREATED]}
    ),
    "a new field that may be missing": lambda d: add(d, "colour", required=False),
    "other words": lambda d: field(d, "sku").update(description="The number.", examples=["B-2"]),
    "a consumer more": lambda d: d["operations"].update(new=deepcopy(next(iter(d["operations"].values())))),
    "a schema of another name": lambda d: (
        d["components"]["schemas"].update(Created=schema(d, "ProductCreated")),
        d["components"]["messages"][CREATED]["payload"]["allOf"][1]["properties"]["data"].update(
            {"$ref": "#/components/schemas/Created"}
        ),
    ),
}


@pytest.mark.parametrize("change", BREAKS)
def test_a_break_is_found(change: str) -> None:
    document = deepcopy(PROMISED)
    BREAKS[change](document)

    assert change in breaking_changes(PROMISED, document)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_breaks_nobody_is_not_refused(change: str) -> None:
    document = deepcopy(PROMISED)
    HARMLESS[change](document)

    assert breaking_changes(PROMISED, document) == []


def test_a_type_may_be_given_up_by_the_first_number_of_the_version_but_never_changed() -> None:
    document = deepcopy(PROMISED)
    document["info"]["version"] = "2.0.0"
    del document["components"]["messages"][CREATED]

    assert breaking_changes(PROMISED, document) == []

    schema(document, "ProductUpdated")["properties"].pop("sku")
    assert breaking_changes(PROMISED, document) == ["catalog.product_updated.v1: data has no sku any more"]


def test_a_process_with_some_of_the_modules_says_the_same(clean_tree: Tree) -> None:
    done = clean_tree.run(sys.executable, "manage.py", "asyncapi", SHOP_MODULES="catalog")

    assert done.returncode == 0, done.stderr
    assert yaml.safe_load(done.stdout) == PROMISED
