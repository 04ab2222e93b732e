"""List the users, newest first."""

from dataclasses import dataclass
from operator import attrgetter
from typing import Any
from uuid import UUID

import msgspec
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.pages import Page, PageParameters
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.identity.models import User


class UserListItem(msgspec.Struct, frozen=True):
    id: UUID
    username: str
    email: str
    first_name: str
    last_name: str
    is_active: bool
    created_at: Timestamp


class UserPage(Page[UserListItem], frozen=True):
    pass


@dataclass(frozen=True, kw_only=True)
class ListUsers(Query[UserPage]):
    limit: int = 20
    cursor: UUID | None = None
    username: str | None = None
    is_active: bool | None = None


def _newest_first(
    cursor: Any = None, username: Any = None, is_active: Any = None
) -> QuerySet[User, tuple[Any, ...]]:
    """Ids are UUIDv7: their order is the order of creation."""
    wanted = {"id__lt": cursor, "username": username, "is_active": is_active}
    rows = User.objects.filter(**{field: value for field, value in wanted.items() if value is not None})
    names = (_OWN_NAMES.get(name, name) for name in UserListItem.__struct_fields__)
    return rows.order_by("-id").values_list(*names)


_OWN_NAMES = {"created_at": "date_joined"}
_NEWEST_FIRST = Statement(_newest_first)


@handles(ListUsers)
def list_users(query: ListUsers) -> UserPage:
    rows = _NEWEST_FIRST.rows(
        cursor=query.cursor, username=query.username, is_active=query.is_active, limit=query.limit + 1
    )
    return UserPage.of([UserListItem(*row) for row in rows], query.limit, key=attrgetter("id"))


class ListUsersParameters(PageParameters):
    username = serializers.CharField(max_length=150, required=False, help_text="the whole of it")
    is_active = serializers.BooleanField(required=False)

    def validate_username(self, value: str) -> str:
        return User.normalize_username(value)


class ListUsersEndpoint(Endpoint):
    required_scopes = ["users:read"]

    @extend_schema(parameters=[ListUsersParameters], responses={200: UserPage})
    def get(self, request: Request) -> Response:
        return Response(send(ListUsers(**ListUsersParameters.read(request))))
