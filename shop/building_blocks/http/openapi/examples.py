"""Examples of requests, as their slices give them, and of answers and events, made of the same values."""

from collections.abc import Mapping
from typing import Any

import msgspec

from shop.building_blocks.http.bodies import RequestBody

Schema = Mapping[str, Any]

_BY_FORMAT = {
    "uuid": "01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90",
    "date-time": "2026-02-14T09:30:00Z",
    "decimal": "9.50",
}


def of_struct(struct: type[Any], module: str) -> Any:
    """Of a dataclass, too. A field without an example of its own is as in the requests of its module."""
    (schema,), components = msgspec.json.schema_components([struct], ref_template="{name}")
    return _Examples(components, _known(module)).of(schema)


def _known(module: str) -> dict[str, Any]:
    bodies = [body for body in RequestBody.__subclasses__() if body.__module__.startswith(f"{module}.")]
    return {name: value for body in bodies for name, value in body.example.items()}


class _Examples:
    def __init__(self, components: Mapping[str, Schema], known: Mapping[str, Any]) -> None:
        self._components, self._known = components, known

    def of(self, schema: Schema, name: str = "") -> Any:
        if "$ref" in schema:
            return self.of(self._components[schema["$ref"]], name)
        if "anyOf" in schema and "examples" not in schema:
            return self.of(schema["anyOf"][0], name)
        given = schema.get("examples") or schema.get("enum")
        return given[0] if given else self._of_type(schema, name)

    def _of_type(self, schema: Schema, name: str) -> Any:
        if schema["type"] == "object":
            return {key: self.of(value, key) for key, value in schema.get("properties", {}).items()}
        if schema["type"] == "array":
            return [self.of(schema["items"])]
        return self._known.get(name, self._scalar(schema, name))

    def _scalar(self, schema: Schema, name: str) -> Any:
        if schema["type"] == "string":
            return _BY_FORMAT.get(schema.get("format", ""), name)
        return {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}[schema["type"]]
