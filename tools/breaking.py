"""What a new OpenAPI document breaks for programs that were written by the old one.

Requests that were valid must remain so, where unknown fields and parameters are refused; answers must keep
what programs read in them. New operations, answers and errors break nobody.
"""

from collections.abc import Iterator, Mapping

from tools.shapes import Node, inlined, major, narrower, wider


def breaking_changes(old: Node, new: Node) -> list[str]:
    """A sentence for each. A greater first number in ``info.version`` announces them, and there are none."""
    if major(new) > major(old):
        return []
    before, after = inlined(old["paths"], old), inlined(new["paths"], new)
    return [
        f"{method.upper()} {path}: {change}"
        for path, methods in before.items()
        for method, operation in methods.items()
        for change in _operation(operation, after.get(path, {}).get(method))
    ]


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
            yield from narrower(name, parameter["schema"], new[name]["schema"])
        else:
            yield f"it takes no {name} any more"


def _request(old: Node, new: Node) -> Iterator[str]:
    if new.get("required") and not old.get("required"):
        yield "it requires a body"
    for media_type, content in old.get("content", {}).items():
        if media_type in new.get("content", {}):
            yield from narrower("the body", content["schema"], new["content"][media_type]["schema"])
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
            yield from wider(f"its {status}", content["schema"], new["content"][media_type]["schema"])
        else:
            yield f"its {status} is no {media_type} any more"
