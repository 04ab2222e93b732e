"""Shapes that answers of several slices have in common."""

from datetime import datetime
from typing import Annotated, TypedDict
from uuid import UUID

import msgspec

Timestamp = Annotated[datetime, msgspec.Meta(tz=True)]
"""RFC 3339, in UTC."""


class Created(msgspec.Struct, frozen=True):
    """The answer to a POST that made something."""

    id: UUID


class ProblemError(TypedDict):
    """``pointer`` is a JSON Pointer (RFC 6901) as a URI fragment. Some errors say more."""

    pointer: str
    detail: str
    code: str


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457, section 3.1. ``errors`` says what is wrong with which part of a request."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    trace_id: str | None
    errors: list[ProblemError] | msgspec.UnsetType = msgspec.UNSET
