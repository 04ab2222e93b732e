"""What a new AsyncAPI document breaks for programs that read the events of the old one.

Events outlive the code that wrote them: what is in an outbox, a queue or an archive is read by newer code,
and what newer code writes is read by older. So nothing about the shape of a type may change in either
direction, but that a field is added which may be missing.
"""

from collections.abc import Iterator
from typing import Any

from tools.shapes import Node, flat, inlined, major

_WORDS = {"title", "description", "examples", "default"}
_PARTS = {"properties", "required", "items"}


def breaking_changes(old: Node, new: Node) -> list[str]:
    """A sentence for each. A greater first number in ``info.version`` allows only that types are gone."""
    before, after = (inlined(one["components"]["messages"], one) for one in (old, new))
    gone = [f"{name}: it is gone" for name in before if name not in after and major(new) <= major(old)]
    changed = [
        f"{name}: {change}"
        for name in before
        if name in after
        for change in (*_payload(before[name], after[name]), *_address(old, new, name))
    ]
    return gone + changed


def _payload(old: Node, new: Node) -> Iterator[str]:
    """The parts are the envelope, and what is special to the type."""
    for before, after in zip(old["payload"]["allOf"], new["payload"]["allOf"], strict=True):
        yield from _shape("the message", before, after)


def _shape(at: str, old: Node, new: Node) -> Iterator[str]:
    old, new = flat(old), flat(new)
    for keyword in sorted((old.keys() | new.keys()) - _WORDS - _PARTS):
        if old.get(keyword) != new.get(keyword):
            yield f"the {keyword} of {at} is {_text(new.get(keyword))} and was {_text(old.get(keyword))}"
    yield from _fields(at, old, new)
    if "items" in old and "items" in new:
        yield from _shape(f"an item of {at}", old["items"], new["items"])


def _fields(at: str, old: Node, new: Node) -> Iterator[str]:
    before, after = old.get("properties", {}), new.get("properties", {})
    needed, needs = set(old.get("required", ())), set(new.get("required", ()))
    for name in sorted(needs - needed):
        yield f"{at} requires {name}, which older ones lack"
    for name, schema in before.items():
        if name not in after:
            yield f"{at} has no {name} any more"
            continue
        if name in needed - needs:
            yield f"{at} may come without {name}"
        yield from _shape(name, schema, after[name])


def _address(old: Node, new: Node, name: str) -> Iterator[str]:
    """Where readers outside have bound their queues to."""
    before, after = (_place(one["channels"][name]) for one in (old, new))
    if before != after:
        yield f"it is published to {' '.join(after)}"


def _place(channel: Node) -> tuple[str, str]:
    return channel["bindings"]["amqp"]["exchange"]["name"], channel["address"]


def _text(value: Any) -> str:
    return " or ".join(sorted(value)) if isinstance(value, set) else str(value)
