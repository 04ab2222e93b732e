"""What a value looks like, in JSON and in a query string, for each kind of field.

DRF is generous: it takes numbers for text, ``yes`` for true, and ``1_000`` for a number. What is not as
documented is refused instead, so that nobody comes to rely on it.
"""

import re
from functools import cache
from typing import Any, NamedTuple

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class Kind(NamedTuple):
    """``text`` is how it is written where it is a string, as everything in a query string is."""

    field: type[serializers.Field[Any, Any, Any, Any]]
    json: type
    text: str
    name: str


_HEX = "[0-9a-fA-F]"
KINDS = (
    Kind(serializers.BooleanField, bool, "true|false", "true or false"),
    Kind(serializers.IntegerField, int, "-?[0-9]+", "a whole number"),
    Kind(serializers.DecimalField, str, r"-?[0-9]+(\.[0-9]+)?", "a string with a decimal number"),
    Kind(serializers.UUIDField, str, f"{_HEX}{{8}}(-{_HEX}{{4}}){{3}}-{_HEX}{{12}}", "a string with a UUID"),
    Kind(serializers.CharField, str, "(?s:.*)", "a string"),
    Kind(serializers.ChoiceField, str, "(?s:.*)", "a string"),
)


def misfit_in_json(field: object, value: Any) -> list[ErrorDetail]:
    kind = _kind(field)
    return [] if kind is None or value is None or _is_json(value, kind) else _refused(kind)


def misfit_in_text(field: object, value: str | None) -> list[ErrorDetail]:
    kind = _kind(field)
    return [] if kind is None or value is None or re.fullmatch(kind.text, value) else _refused(kind)


def _kind(field: object) -> Kind | None:
    return _kind_of(type(field))  # type: ignore[arg-type]  # types do have a hash


@cache
def _kind_of(field: type) -> Kind | None:
    return next((kind for kind in KINDS if issubclass(field, kind.field)), None)


def _is_json(value: Any, kind: Kind) -> bool:
    """In JSON 1.0 is a whole number, and true is none."""
    if isinstance(value, bool):
        return kind.json is bool
    if isinstance(value, float):
        return kind.json is int and value.is_integer()
    if isinstance(value, str):
        return kind.json is str and re.fullmatch(kind.text, value) is not None
    return isinstance(value, kind.json)


def _refused(kind: Kind) -> list[ErrorDetail]:
    return [ErrorDetail(f"Must be {kind.name}.", code="invalid")]
