"""Cursor pagination by key: a page deep in the list costs what the first one costs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Generic, Self, TypeVar
from uuid import UUID

import msgspec
from rest_framework import serializers

from shop.building_blocks.http.bodies import QueryParameters

T = TypeVar("T")


class Page(msgspec.Struct, Generic[T], frozen=True):
    """``next`` is the cursor of the following page, null on the last.

    Each list names its own: ``class ProductPage(Page[ProductListItem], frozen=True)``.
    """

    items: list[T]
    next: str | None

    @classmethod
    def of(cls, rows: Sequence[T], limit: int, key: Callable[[T], UUID]) -> Self:
        """``rows`` are the page and, if there is more, one row beyond it. Never a count."""
        items = list(rows[:limit])
        more = len(rows) > limit
        return cls(items, _encode(key(items[-1])) if more else None)


class PageParameters(QueryParameters):
    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.CharField(default=None, help_text="`next` of the page before")

    def validate_cursor(self, value: str | None) -> UUID | None:
        try:
            return _decode(value) if value else None
        except ValueError:
            raise serializers.ValidationError(
                "Not a cursor: take it from `next` of the page before."
            ) from None


def _encode(key: UUID) -> str:
    return urlsafe_b64encode(key.bytes).decode().rstrip("=")


def _decode(cursor: str) -> UUID:
    """The decoder passes over what it does not know; a cursor of ours comes out as it went in."""
    key = UUID(bytes=urlsafe_b64decode(f"{cursor}=="))
    if _encode(key) != cursor:
        raise ValueError(cursor)
    return key
