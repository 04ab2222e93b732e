"""Between the dataclasses of a contract and protobuf messages."""

from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any

from shop.building_blocks.rpc.schema.shapes import Shape, shapes_of
from shop.building_blocks.rpc.schema.values import SCALARS, TIMESTAMP, Writing, numbered


class Malformed(ValueError):
    """A message that is none of the contract. The text begins with the path of the field."""


class FieldCodec:
    def __init__(self, shape: Shape) -> None:
        self.name = shape.name
        self._shape = shape
        self._has_presence = shape.is_message or shape.is_optional or shape.has_default
        self._write, self._read = writing_of(shape.inner)

    def write(self, value: Any) -> Any:
        if self._shape.is_many:
            return [self._write(one) for one in value]
        return None if value is None and self._shape.is_optional else self._write(value)

    def is_given(self, message: Any) -> bool:
        """False when the default of the dataclass is meant."""
        return not self._shape.has_default or message.HasField(self.name)

    def read(self, message: Any) -> Any:
        try:
            if self._shape.is_many:
                return tuple(map(self._read, getattr(message, self.name)))
            if self._has_presence and not message.HasField(self.name):
                return self._absent()
            return self._read(getattr(message, self.name))
        except (ValueError, ArithmeticError) as error:
            raise Malformed(f"{self.name}: {_reason(error)}") from error

    def _absent(self) -> None:
        if not self._shape.is_optional:
            raise ValueError("it is missing")


class Codec:
    """Of a dataclass. A message is written as the dictionary of its fields."""

    def __init__(self, kind: Any) -> None:
        self._kind = kind
        self._fields = [FieldCodec(shape) for shape in shapes_of(kind)]

    def write(self, value: Any) -> dict[str, Any]:
        return {field.name: field.write(getattr(value, field.name)) for field in self._fields}

    def read(self, message: Any) -> Any:
        """Raises Malformed."""
        given = {field.name: field.read(message) for field in self._fields if field.is_given(message)}
        try:
            return self._kind(**given)
        except ValueError as error:  # by its __post_init__
            raise Malformed(str(error)) from error


@cache
def codec_of(kind: Any) -> Codec:
    return Codec(kind)


def writing_of(inner: Any) -> Writing:
    if inner in SCALARS:
        return SCALARS[inner].writing
    if inner is datetime:
        return TIMESTAMP
    if issubclass(inner, Enum):
        return numbered(inner)
    return Writing(lambda value: codec_of(inner).write(value), lambda message: codec_of(inner).read(message))


def _reason(error: Exception) -> str:
    """Those of the decimal module are classes in a list."""
    return str(error) if isinstance(error, ValueError) else "it is out of range, or no number"
