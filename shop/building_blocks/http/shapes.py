"""Shapes that answers of several slices have in common."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec

Timestamp = Annotated[datetime, msgspec.Meta(tz=True)]
"""RFC 3339, in UTC."""


class Created(msgspec.Struct, frozen=True):
    """The answer to a POST that made something."""

    id: UUID
