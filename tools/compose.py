"""The topologies as `docker/` defines them, for what starts or checks them without Docker.

It reads the part of the Compose specification that those files use: `extends` from another file, and
`${NAME:-default}`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

FOLDER = Path(__file__).parent.parent / "docker"
TOPOLOGIES = ("monolith", "services")
_VARIABLE = re.compile(r"\$\{([A-Z_]+):-([^}]*)\}")


class Service(NamedTuple):
    name: str
    image: str
    command: list[str]
    environment: dict[str, str]
    secrets: list[str]
    replicas: int
    ends: bool
    """It does something and ends; others wait for that."""
    waits_for: list[str]


def load(topology: str, variables: Mapping[str, str] = os.environ) -> list[Service]:
    """The services of a topology; ``variables`` are for what the file leaves open."""
    return [_service(name, definition) for name, definition in definitions(topology, variables).items()]


def definitions(topology: str, variables: Mapping[str, str] = os.environ) -> dict[str, dict[str, Any]]:
    """As they are in the file, with what they extend."""
    known = content(f"compose.{topology}.yml", variables)["services"]
    return {name: _extended(definition, variables) for name, definition in known.items()}


def content(name: str, variables: Mapping[str, str]) -> dict[str, Any]:
    """Of a file of docker/, with its variables filled in."""
    read: dict[str, Any] = _filled_in(yaml.safe_load((FOLDER / name).read_text()), variables)
    return read


def _filled_in(node: Any, variables: Mapping[str, str]) -> Any:
    """After reading, as Compose does: an empty variable is an empty text there, and not null."""
    match node:
        case dict():
            return {key: _filled_in(value, variables) for key, value in node.items()}
        case list():
            return [_filled_in(value, variables) for value in node]
        case str():
            return _VARIABLE.sub(lambda found: variables.get(found[1]) or found[2], node)
    return node


def _extended(definition: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    extends = definition.get("extends")
    if not extends:
        return definition
    base: dict[str, Any] = content(extends["file"], variables)["services"][extends["service"]]
    merged = base | {key: value for key, value in definition.items() if key != "extends"}
    for key in ("environment", "secrets", "healthcheck"):
        if key in base:
            merged[key] = _both(base[key], definition.get(key))
    return merged


def _both(base: Any, own: Any) -> Any:
    if own is None:
        return base
    return {**base, **own} if isinstance(base, dict) else [*base, *own]


def _service(name: str, definition: Mapping[str, Any]) -> Service:
    return Service(
        name=name,
        image=definition["image"],
        command=[str(word) for word in definition.get("command", ())],
        environment={name: _text(value) for name, value in definition.get("environment", {}).items()},
        secrets=[one["source"] if isinstance(one, dict) else one for one in definition.get("secrets", ())],
        replicas=definition.get("deploy", {}).get("replicas", 1),
        ends=definition.get("restart") == "no",
        waits_for=list(definition.get("depends_on", ())),
    )


def _text(value: Any) -> str:
    """YAML takes a variable that was filled in with nothing for null."""
    return "" if value is None else str(value)
