"""Show one user."""

from dataclasses import dataclass
from uuid import UUID

import msgspec
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.etags import tagged
from shop.building_blocks.http.shapes import Timestamp
from shop.building_blocks.mediator import Query, handles, send
from shop.modules.identity.contracts import UserNotFound
from shop.modules.identity.models import User


class UserDetails(msgspec.Struct, frozen=True):
    """``is_active`` is false once the account was deactivated: it has no tokens and no sessions then."""

    id: UUID
    username: str
    email: str
    first_name: str
    last_name: str
    is_active: bool
    version: int
    created_at: Timestamp


@dataclass(frozen=True)
class GetUserDetails(Query[UserDetails]):
    user_id: UUID


_OWN_NAMES = {"created_at": "date_joined"}
_COLUMNS = [_OWN_NAMES.get(name, name) for name in UserDetails.__struct_fields__]
_BY_ID = Statement(lambda user_id: User.objects.filter(id=user_id).values_list(*_COLUMNS))


@handles(GetUserDetails)
def get_user_details(query: GetUserDetails) -> UserDetails:
    row = _BY_ID.one(user_id=query.user_id)
    if row is None:
        raise UserNotFound(f"There is no user {query.user_id}.")
    return UserDetails(*row)


class GetUserDetailsEndpoint(Endpoint):
    required_scopes = ["users:read"]
    refuses = (UserNotFound,)

    @extend_schema(responses={200: UserDetails})
    def get(self, request: Request, user_id: UUID) -> Response:
        user = send(GetUserDetails(user_id))
        return tagged(request, user, user.version)
