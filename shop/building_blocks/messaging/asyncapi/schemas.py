"""JSON Schema of events and of their envelope, from the classes that write them.

Only keywords that mean the same in draft 2020-12, for who reads one schema, and in draft 7, which
AsyncAPI's schemas extend. https://json-schema.org/draft/2020-12/json-schema-core
"""

from collections.abc import Sequence
from inspect import cleandoc
from typing import Any

import msgspec

from shop.building_blocks.messaging.events import Envelope, IntegrationEvent

DIALECT = "https://json-schema.org/draft/2020-12/schema"
MEDIA_TYPE = "application/schema+json"
Schema = dict[str, Any]


def data_schema(event: type[IntegrationEvent], identifier: str) -> Schema:
    """A whole schema document for ``data``. ``identifier`` is the URL that it can be had from."""
    (root,), components = _described([event], "#/$defs/{name}")
    name = root["$ref"].removeprefix("#/$defs/")
    schema = {"$schema": DIALECT, "$id": identifier, **components.pop(name)}
    return schema | ({"$defs": components} if components else {})


def summary(event: type[IntegrationEvent]) -> str:
    """The first paragraph of its docstring."""
    return " ".join(cleandoc(event.__doc__ or "").partition("\n\n")[0].split())


def components(events: Sequence[type[IntegrationEvent]], place: str) -> tuple[Schema, list[Schema], Schema]:
    """References to the envelope and to each event, and what they refer to, by name.

    ``place`` is where that will be: ``#/components/schemas/``.
    """
    (envelope, *data), shapes = _described([Envelope, *events], f"{place}{{name}}")
    name = envelope["$ref"].removeprefix(place)
    return envelope, data, shapes | {name: _as_written(shapes[name])}


def _described(types: Sequence[type[Any]], ref_template: str) -> tuple[list[Schema], dict[str, Schema]]:
    roots, shapes = msgspec.json.schema_components(types, ref_template=ref_template)
    for shape in shapes.values():
        shape["description"] = cleandoc(shape.get("description", ""))
    return list(roots), shapes


def _as_written(envelope: Schema) -> Schema:
    """What has a default is written all the same, and is always that."""
    fields = msgspec.structs.fields(Envelope)
    given = {name: _constant(schema) for name, schema in envelope["properties"].items()}
    required = [one.encode_name for one in fields if one.default is not msgspec.UNSET]
    return envelope | {"properties": given, "required": required}


def _constant(schema: Schema) -> Schema:
    return {"const" if key == "default" else key: value for key, value in schema.items()}
