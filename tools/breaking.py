"""What a new OpenAPI document breaks for programs that were written by the old one.

Requests that were valid must remain so, where unknown fields and parameters are refused; answers must keep
what programs read in them. New operations, answers and errors break nobody.
"""

from collections.abc import Iterator, Mapping
from math import inf
from typing import Any

Node = Mapping[str, Any]

_LEAST = {"minimum": -inf, "minLength": 0, "minItems": 0}
_MOST = ("maximum", "maxLength", "maxItems")


def breaking_changes(old: Node, new: Node) -> list[str]:
    """A sentence for each. A greater first number in ``info.version`` announces them, and there are none."""
    if _major(new) > _major(old):
        return []
    before, after = _inlined(old["paths"], old), _inlined(new["paths"], new)
    return [
        f"{method.upper()} {path}: {change}"
        for path, methods in before.items()
        for method, operation in methods.items()
        for change in _operation(operation, after.get(path, {}).get(method))
    ]


def _major(document: Node) -> int:
    return int(document["info"]["version"].partition(".")[0])


def _inlined(node: Any, document: Node) -> Any:
    """Without references. No schema of ours contains itself."""
    if isinstance(node, list):
        return [_inlined(child, document) for child in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return _inlined(target, document)
    return {name: _inlined(child, document) for name, child in node.items()}


def _operation(old: Node, new: Node | None) -> Iterator[str]:
    if new is None:
        yield "it is gone"
        return
    for scope in sorted(_scopes(new) - _scopes(old)):
        yield f"it needs the scope {scope}"
    yield from _parameters(_by_name(old), _by_name(new))
    yield from _request(old.get("requestBody", {}), new.get("requestBody", {}))
    for status, answer in old["responses"].items():
        if status.startswith("2"):
            yield from _answer(status, answer, new["responses"].get(status))


def _scopes(operation: Node) -> set[str]:
    return {scope for way in operation.get("security", ()) for scopes in way.values() for scope in scopes}


def _by_name(operation: Node) -> dict[str, Node]:
    return {parameter["name"]: parameter for parameter in operation.get("parameters", ())}


def _parameters(old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[str]:
    for name, parameter in new.items():
        if parameter.get("required") and not old.get(name, {}).get("required"):
            yield f"it requires {name}"
    for name, parameter in old.items():
        if name in new:
            yield from _narrower(name, parameter["schema"], new[name]["schema"])
        else:
            yield f"it takes no {name} any more"


def _request(old: Node, new: Node) -> Iterator[str]:
    if new.get("required") and not old.get("required"):
        yield "it requires a body"
    for media_type, content in old.get("content", {}).items():
        if media_type in new.get("content", {}):
            yield from _narrower("the body", content["schema"], new["content"][media_type]["schema"])
        else:
            yield f"it takes no {media_type} any more"


def _answer(status: str, old: Node, new: Node | None) -> Iterator[str]:
    if new is None:
        yield f"it answers no {status} any more"
        return
    for header in sorted(set(old.get("headers", ())) - set(new.get("headers", ()))):
        yield f"its {status} has no {header} any more"
    for media_type, content in old.get("content", {}).items():
        if media_type in new.get("content", {}):
            yield from _wider(f"its {status}", content["schema"], new["content"][media_type]["schema"])
        else:
            yield f"its {status} is no {media_type} any more"


def _narrower(at: str, old: Node, new: Node) -> Iterator[str]:
    """What could be sent, and cannot be any more."""
    old, new = _flat(old), _flat(new)
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
            yield from _narrower(name, schema, new["properties"][name])
        else:
            yield f"{at} must not have {name} any more"
    if "items" in old and "items" in new:
        yield from _narrower(f"an item of {at}", old["items"], new["items"])


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


def _wider(at: str, old: Node, new: Node) -> Iterator[str]:
    """What could be read, and cannot be any more."""
    old, new = _flat(old), _flat(new)
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
        yield from _wider(f"{name} of {at}", schema, new["properties"][name])
    if "items" in old and "items" in new:
        yield from _wider(f"an item of {at}", old["items"], new["items"])


def _flat(schema: Node) -> dict[str, Any]:
    """With its parts and alternatives in one, and ``type`` as a set."""
    flat = {name: value for name, value in schema.items() if name not in {"type", "allOf", "anyOf", "oneOf"}}
    kinds = schema.get("type", [])
    types = set(kinds) if isinstance(kinds, list) else {kinds}
    for part in (*schema.get("allOf", ()), *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        inner = _flat(part)
        types |= inner.pop("type")
        flat = inner | flat
    return flat | {"type": types}


def _and(values: set[Any]) -> str:
    return ", ".join(sorted(map(str, values)))
