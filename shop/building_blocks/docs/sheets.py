"""What the page of the events shows of each."""

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any, NamedTuple

from shop.building_blocks.messaging.asyncapi.examples import example
from shop.building_blocks.messaging.asyncapi.published import Published
from shop.building_blocks.messaging.asyncapi.schemas import components, data_schema
from shop.building_blocks.messaging.registry import consumers

Schema = Mapping[str, Any]

_FORMATS = {"uuid": "UUID", "decimal": "decimal, as a string", "date-time": "time, RFC 3339"}


class Field(NamedTuple):
    path: str
    """``lines[].quantity`` is in every item of ``lines``."""
    kind: str
    is_required: bool
    description: str


class Reader(NamedTuple):
    module: str
    slices: list[str]
    """What it does about the event; empty where the module does not run in this process."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    module: str
    type: str
    description: str
    aggregate: str
    readers: list[Reader]
    fields: list[Field]
    example: str

    @classmethod
    def of(cls, one: Published) -> "Sheet":
        schema = data_schema(one.event, "")
        return cls(
            module=one.module,
            type=one.event.type,
            description=schema["description"],
            aggregate=one.event.aggregate,
            readers=[Reader(module, _slices(module, one.event.type)) for module in one.consumers],
            fields=list(_fields(schema, schema.get("$defs", {}))),
            example=json.dumps(example(one), indent=2, ensure_ascii=False),
        )


def envelope_fields() -> list[Field]:
    reference, _, shapes = components([], "")
    return list(_fields(shapes[reference["$ref"]], shapes))


def _slices(module: str, event_type: str) -> list[str]:
    """The first sentence of each slice that consumes it."""
    handlers = [one.handle for one in consumers(module, event_type)]
    texts = [cleandoc(sys.modules[handler.__module__].__doc__ or handler.__name__) for handler in handlers]
    return [text.splitlines()[0] for text in texts]


def _fields(schema: Schema, shapes: Mapping[str, Schema], before: str = "") -> Iterator[Field]:
    for name, given in schema["properties"].items():
        path, is_required = f"{before}{name}", name in schema.get("required", ())
        yield Field(path, _kind(given), is_required, given.get("description", ""))
        inner = given.get("items", given)
        if "$ref" in inner:
            shape = shapes[inner["$ref"].removeprefix("#/$defs/")]
            yield from _fields(shape, shapes, f"{path}[]." if "items" in given else f"{path}.")


def _kind(schema: Schema) -> str:
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "const" in schema:
        return f'always "{schema["const"]}"'
    if schema.get("type") == "array":
        return "list"
    kind: str = schema.get("type", "object")
    return _FORMATS.get(schema.get("format", ""), kind)
