"""The fields of a contract's dataclass, in the terms of protobuf.

| Python | protobuf |
|---|---|
| str, int, float, bool, bytes | string, int64, double, bool, bytes |
| UUID, Decimal, date | string, in canonical text |
| datetime, with a time zone | google.protobuf.Timestamp |
| an Enum | enum: members are numbered by their order, and 0 is none of them |
| a dataclass | message |
| ``X | None``, or a field with a default | with presence: when it is absent, None or the default is meant |
| ``tuple[X, ...]`` | repeated: absent and empty are the same |
"""

from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from shop.building_blocks.rpc.schema.values import SCALARS


class Unsupported(TypeError):
    """A hint that cannot travel. The message names the field."""


@dataclass(frozen=True)
class Shape:
    name: str
    inner: Any
    """The type of the value, or of each of the values."""
    is_many: bool = False
    is_optional: bool = False
    """None is a value of it."""
    has_default: bool = False

    @property
    def is_message(self) -> bool:
        return self.inner is datetime or is_dataclass(self.inner)

    @property
    def is_required(self) -> bool:
        return not (self.is_many or self.is_optional or self.has_default)


def shapes_of(kind: Any) -> tuple[Shape, ...]:
    """In the order of the fields, which is that of their numbers."""
    hints = get_type_hints(kind)
    return tuple(
        shape_of(kind.__name__, field.name, hints[field.name], _default(field)) for field in fields(kind)
    )


def shape_of(owner: str, name: str, hint: Any, default: Any = MISSING) -> Shape:
    """Raises Unsupported for what protobuf has no like of, or what would come back as something else."""
    arguments = get_args(hint)
    if get_origin(hint) is tuple and arguments[1:] == (Ellipsis,):
        shape, lost = Shape(name, arguments[0], is_many=True), default not in (MISSING, ())
    elif get_origin(hint) in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:  # noqa: PLR2004
        (inner,) = (one for one in arguments if one is not NoneType)
        shape, lost = Shape(name, inner, is_optional=True), default not in (MISSING, None)
    else:
        shape, lost = Shape(name, hint, has_default=default is not MISSING), False
    if lost:
        raise Unsupported(f"{owner}.{name}: its default {default!r} cannot be told from what is absent.")
    if not _travels(shape.inner):
        raise Unsupported(f"{owner}.{name}: {hint} cannot travel to another process.")
    return shape


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory


def _travels(inner: Any) -> bool:
    if not isinstance(inner, type):
        return False
    return inner in SCALARS or inner is datetime or issubclass(inner, Enum) or is_dataclass(inner)
