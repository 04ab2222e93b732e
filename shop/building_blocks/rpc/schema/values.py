"""How single values are written, and read again."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple
from uuid import UUID

from google.protobuf.descriptor_pb2 import FieldDescriptorProto as Field

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Writing(NamedTuple):
    """Both raise ValueError or ArithmeticError for a value that is none of this type."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


class Scalar(NamedTuple):
    type: Field.Type.ValueType
    writing: Writing


def _same(value: Any) -> Any:
    return value


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError(f"{value} is no amount")
    return value


_AS_IT_IS = Writing(_same, _same)

SCALARS: dict[type, Scalar] = {
    str: Scalar(Field.TYPE_STRING, _AS_IT_IS),
    int: Scalar(Field.TYPE_INT64, _AS_IT_IS),
    float: Scalar(Field.TYPE_DOUBLE, _AS_IT_IS),
    bool: Scalar(Field.TYPE_BOOL, _AS_IT_IS),
    bytes: Scalar(Field.TYPE_BYTES, _AS_IT_IS),
    UUID: Scalar(Field.TYPE_STRING, Writing(str, UUID)),
    Decimal: Scalar(
        Field.TYPE_STRING, Writing(lambda value: str(_finite(value)), lambda text: _finite(Decimal(text)))
    ),
    date: Scalar(Field.TYPE_STRING, Writing(date.isoformat, date.fromisoformat)),
}


def _write_datetime(value: datetime) -> dict[str, int]:
    """As the fields of a Timestamp."""
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    seconds, rest = divmod(value - _EPOCH, timedelta(seconds=1))
    return {"seconds": seconds, "nanos": rest.microseconds * 1000}


def _read_datetime(timestamp: Any) -> datetime:
    return _EPOCH + timedelta(seconds=timestamp.seconds, microseconds=timestamp.nanos // 1000)


TIMESTAMP = Writing(_write_datetime, _read_datetime)


def numbered(kind: type[Enum]) -> Writing:
    members = list(kind)

    def read(number: int) -> Enum:
        if not 0 < number <= len(members):
            raise ValueError(f"there is no {kind.__name__} {number}")
        return members[number - 1]

    return Writing(lambda member: members.index(member) + 1, read)
