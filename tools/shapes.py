"""How the shape of a value changed: in JSON Schemas as OpenAPI and AsyncAPI documents have them."""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

Node = Mapping[str, Any]

_LEAST = {"minimum": -inf, "minLength": 0, "minItems": 0}
_MOST = ("maximum", "maxLength", "maxItems")


def major(document: Node) -> int:
    return int(document["info"]["version"].partition(".")[0])


def inlined(node: Any, document: Node) -> Any:
    """Without references. No schema of ours contains itself."""
    if isinstance(node, list):
        return [inlined(child, document) for child in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return inlined(target, document)
    return {name: inlined(child, document) for name, child in node.items()}


def narrower(at: str, old: Node, new: Node) -> Iterator[str]:
    """What could be sent, and cannot be any more."""
    old, new = flat(old), flat(new)
    if lost := old["type"] - new["type"]:
        yield f"{at} must not be {_and(lost)} any more"
    if lost := set(old.get("enum", ())) - set(new.get("enum", old.get("enum", ()))):
        yield f"{at} must not be {_and(lost)} any more"
    if "enum" in new and "enum" not in old:
        yield f"{at} is one of a few values now"
    yield from _limits(at, old, new)
    for name in sorted(set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{at} requires {name}"
    for name, schema in old.get("properties", {}).items():
        if name in new.get("properties", {}):
            yield from narrower(name, schema, new["properties"][name])
        else:
            yield f"{at} must not have {name} any more"
    if "items" in old and "items" in new:
        yield from narrower(f"an item of {at}", old["items"], new["items"])


def _limits(at: str, old: Node, new: Node) -> Iterator[str]:
    for bound, none in _LEAST.items():
        if new.get(bound, none) > old.get(bound, none):
            yield f"{at} has a {bound} of {new[bound]}"
    for bound in _MOST:
        if new.get(bound, inf) < old.get(bound, inf):
            yield f"{at} has a {bound} of {new[bound]}"
    for form in ("pattern", "format"):
        if form in new and new[form] != old.get(form):
            yield f"{at} has the {form} {new[form]}"


def wider(at: str, old: Node, new: Node) -> Iterator[str]:
    """What could be read, and cannot be any more."""
    old, new = flat(old), flat(new)
    if more := new["type"] - old["type"]:
        yield f"{at} may be {_and(more)} now"
    if old.get("format") != new.get("format"):
        yield f"{at} has the format {new.get('format')}"
    for name, schema in old.get("properties", {}).items():
        if name not in new.get("properties", {}):
            yield f"{at} has no {name} any more"
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield f"{at} may come without {name}"
        yield from wider(f"{name} of {at}", schema, new["properties"][name])
    if "items" in old and "items" in new:
        yield from wider(f"an item of {at}", old["items"], new["items"])


def flat(schema: Node) -> dict[str, Any]:
    """With its parts and alternatives in one, and ``type`` as a set."""
    whole = {name: value for name, value in schema.items() if name not in {"type", "allOf", "anyOf", "oneOf"}}
    kinds = schema.get("type", [])
    types = set(kinds) if isinstance(kinds, list) else {kinds}
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        inner = flat(part)
        types |= inner.pop("type")
        whole = inner | whole
    return whole | {"type": types}


def _and(values: set[Any]) -> str:
    return ", ".join(sorted(map(str, values)))
