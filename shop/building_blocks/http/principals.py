"""Who asks, and whether they may."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import UUID

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

REALM = 'Bearer realm="shop"'


@dataclass(frozen=True, slots=True)
class Principal:
    """A client, for itself or for a user, as its access token says. It is what ``request.auth`` holds."""

    client_id: str
    user_id: UUID | None
    scopes: frozenset[str]
    expires: datetime

    is_authenticated: ClassVar = True

    @property
    def pk(self) -> str:
        """What throttles and idempotency keys tell callers apart by."""
        return f"{self.client_id} {self.user_id}" if self.user_id else self.client_id


def principal_of(request: Request) -> Principal:
    """Of a request that has passed the permissions of an endpoint that is not public."""
    return cast("Principal", request.auth)


class InsufficientScope(PermissionDenied):
    """RFC 6750, section 3.1."""

    default_code = "insufficient_scope"
    default_detail = "The access token lacks a scope."

    def __init__(self, required: list[str]) -> None:
        scope = " ".join(required)
        super().__init__(f"The access token needs the scope {scope}.")
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scope}"'


class UserRequired(PermissionDenied):
    """RFC 6750, section 3.1: the token is valid, and its privileges do not suffice."""

    default_code = "user_required"
    default_detail = "The access token stands for a client, and not for a user."
    auth_header = f'{REALM}, error="insufficient_scope", error_description="{default_detail}"'


class HasScopes(BasePermission):
    """The token has every scope that the endpoint requires."""

    def has_permission(self, request: Request, view: Any) -> bool:
        principal = request.auth
        if not isinstance(principal, Principal):
            return False
        if not principal.scopes.issuperset(view.required_scopes):
            raise InsufficientScope(view.required_scopes)
        return True


class StandsForUser(HasScopes):
    """The token was given to a client by a user, and not to a client for itself."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not super().has_permission(request, view):
            return False
        if principal_of(request).user_id is None:
            raise UserRequired
        return True
