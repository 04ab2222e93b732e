"""Show the user whom the token stands for.

Its scopes decide about how much, as in OpenID Connect: `profile` lets it see the names and `email` the
address. What it may not see is left out.
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from msgspec import UNSET, UnsetType
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import UserEndpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.http.principals import Principal, principal_of
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.identity.contracts import UserNotFound
from shop.modules.identity.models import User

_PARTS = {"profile": ("username", "first_name", "last_name"), "email": ("email",)}
"""OpenID Connect Core 1.0, section 5.4."""


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """The names are there with the scope ``profile``, the address is with ``email``."""

    id: UUID
    version: int
    username: str | UnsetType = UNSET
    first_name: str | UnsetType = UNSET
    last_name: str | UnsetType = UNSET
    email: str | UnsetType = UNSET


@dataclass(frozen=True)
class GetMe(Query[Me]):
    principal: Principal


_FIELDS = ("id", "version", *(field for fields in _PARTS.values() for field in fields))
_BY_ID = Statement(lambda user_id: User.objects.filter(id=user_id).values_list(*_FIELDS))


@handles(GetMe)
def get_me(query: GetMe) -> Me:
    who = query.principal
    row = _BY_ID.one(user_id=who.user_id)
    if row is None:  # gone since the token was looked up
        raise UserNotFound(f"There is no user {who.user_id}.")
    hidden = {field for scope, fields in _PARTS.items() if scope not in who.scopes for field in fields}
    return Me(**{field: value for field, value in zip(_FIELDS, row, strict=True) if field not in hidden})


class GetMeEndpoint(UserEndpoint):
    refuses = (UserNotFound,)

    @extend_schema(responses={200: Me})
    def get(self, request: Request) -> Response:
        principal = principal_of(request)
        me = send(GetMe(principal))
        return tagged(request, me, me.version, _shown(principal))


def _shown(principal: Principal) -> int:
    """Tells tags of tokens with other scopes apart: they stand for other answers."""
    return sum(2**place for place, scope in enumerate(_PARTS) if scope in principal.scopes)
