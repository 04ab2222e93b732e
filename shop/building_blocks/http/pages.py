"""Cursor pagination by key: a page deep in the list costs what the first one costs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, NamedTuple, Self, TypeVar
from uuid import UUID

import msgspec
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from rest_framework import serializers

from shop.building_blocks.http.bodies import QueryParameters

T = TypeVar("T")
M = TypeVar("M", bound=Model)

_STRANGE = "Not a cursor: take it from `next` of the page before."
_STRAYED = "Not a cursor of this list: take it from `next` of the page before, and keep its sort."


class Page(msgspec.Struct, Generic[T], frozen=True):
    """``next`` is the cursor of the following page, null on the last.

    Each list names its own: ``class ProductPage(Page[ProductListItem], frozen=True)``.
    Rows are the page and, if there is more, one row beyond it. Never a count.
    """

    items: list[T]
    next: Annotated[str | None, msgspec.Meta(examples=["AZNtDI86e2CfDl0sShsakA"])]

    @classmethod
    def of(cls, rows: Sequence[T], limit: int, key: Callable[[T], UUID]) -> Self:
        items = list(rows[:limit])
        more = len(rows) > limit
        return cls(items, _encode(key(items[-1])) if more else None)

    @classmethod
    def sorted(cls, rows: Sequence[T], limit: int, sort: str) -> Self:
        """Rows that are in the order of ``sort`` have that field, and an ``id``."""
        items: list[Any] = list(rows[:limit])
        more = len(rows) > limit
        return cls(items, Cursor.after(items[-1], sort).sign() if more else None)


class Cursor(NamedTuple):
    """The last row of a page: what the list is sorted by, the row's value of it, and its id for ties."""

    sort: str
    value: Any
    id: UUID

    @classmethod
    def after(cls, row: Any, sort: str) -> Self:
        return cls(sort, getattr(row, sort.lstrip("-")), row.id)

    def sign(self) -> str:
        """Signed, so that no value reaches the database that did not come from it."""
        return _signer().sign(urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("="))

    @classmethod
    def read(cls, signed: str, sorts: Mapping[str, type]) -> Self:
        """Raises ValueError when it is not ours, or not of these sorts."""
        try:
            payload = f"{_signer().unsign(signed)}=="
            sort, value, id_ = msgspec.json.decode(urlsafe_b64decode(payload), type=tuple[str, Any, UUID])
            return cls(sort, msgspec.convert(value, sorts[sort.lstrip("-")]), id_)
        except (BadSignature, LookupError, msgspec.MsgspecError) as error:
            raise ValueError(signed) from error


def _signer() -> Signer:
    return Signer(salt="shop.cursor", sep=".")


def in_order(rows: QuerySet[M], sort: str, after: Cursor | None = None) -> QuerySet[M]:
    """``rows`` by ``sort`` and id, ``-`` for descending; with a cursor, those after it.

    The first bound follows from the second, and is there because PostgreSQL can begin with it in an index
    on both columns, while it does not look through the OR.
    """
    field = sort.lstrip("-")
    minus, beyond = ("-", "lt") if sort.startswith("-") else ("", "gt")
    if after:
        bound = Q((f"{field}__{beyond}e", after.value))
        farther, tied = Q((f"{field}__{beyond}", after.value)), Q((f"id__{beyond}", after.id))
        rows = rows.filter(bound & (farther | tied))
    return rows.order_by(sort, f"{minus}id")


class PageParameters(QueryParameters):
    """Of a list that is always newest first; the cursor is an id."""

    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.RegexField(
        r"^[A-Za-z0-9_-]{21}[AQgw]\Z",
        default=None,
        help_text="`next` of the page before",
        error_messages={"invalid": _STRANGE},
    )

    def validate_cursor(self, value: str | None) -> UUID | None:
        return UUID(bytes=urlsafe_b64decode(f"{value}==")) if value else None


class SortedPageParameters(QueryParameters):
    """Of a list that can be sorted by the fields in ``sorts``, which have these types, ``-`` for descending.

    The first one is the default, descending: ``sorts = {"created_at": datetime, "price": Decimal}``.
    """

    sorts: ClassVar[Mapping[str, type]]

    limit = serializers.IntegerField(min_value=1, max_value=100, default=20)
    cursor = serializers.RegexField(
        r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z",
        default=None,
        help_text="`next` of the page before, with the same sort",
        error_messages={"invalid": _STRAYED},
    )

    def get_fields(self) -> dict[str, Any]:
        choices = [f"{minus}{field}" for field in self.sorts for minus in ("-", "")]
        sort = serializers.ChoiceField(choices, default=choices[0], help_text="`-` for descending")
        return {**super().get_fields(), "sort": sort}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        cursor = self._cursor(attrs["cursor"]) if attrs["cursor"] else None
        if cursor and cursor.sort != attrs["sort"]:
            raise serializers.ValidationError({"cursor": _STRAYED})
        return attrs | {"cursor": cursor}

    def _cursor(self, signed: str) -> Cursor:
        try:
            return Cursor.read(signed, self.sorts)
        except ValueError:
            raise serializers.ValidationError({"cursor": _STRAYED}) from None


def _encode(key: UUID) -> str:
    """Sixteen bytes: 22 characters, of which the last one has but two bits."""
    return urlsafe_b64encode(key.bytes).decode().rstrip("=")
