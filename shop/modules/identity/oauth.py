"""What the toolkit's settings cannot say."""

from base64 import b64decode
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, JsonResponse
from oauth2_provider.models import get_access_token_model
from oauth2_provider.scopes import SettingsScopes
from oauth2_provider.views import TokenView as ToolkitTokenView

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http import bearer
from shop.building_blocks.http.principals import Principal
from shop.modules.identity.models import Client


class ClientScopes(SettingsScopes):
    """A client gets no scope that it was not given, whatever it asks for."""

    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        known: list[str] = super().get_available_scopes(application, request, *args, **kwargs)
        if application is None:
            return known
        given = set(application.scopes.split())
        return [scope for scope in known if scope in given]

    def get_default_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What a client gets that names none: everything that it was given."""
        return self.get_available_scopes(application, request, *args, **kwargs)


def _usable(checksum: Any) -> Any:
    """Of a client that exists, for nobody or for a user who is active, and for every resource server.

    The shop calls itself no resource (RFC 8707), so a token for certain ones is for others.
    """
    tokens = get_access_token_model()._default_manager.filter(
        Q(user=None) | Q(user__is_active=True),
        token_checksum=checksum,
        application__is_active=True,
        resource=[],
    )
    return tokens.values_list("application__client_id", "user_id", "scope", "expires")


_token = Statement(_usable)


class BearerAuthentication(bearer.BearerAuthentication):
    """By the toolkit's table, in one query. Identity's own endpoints are all sensitive."""

    def look_up(self, token: str) -> Principal | None:
        found = _token.first(checksum=sha256(token.encode()).hexdigest())
        if found is None:
            return None
        client_id, user_id, scope, expires = found
        return Principal(client_id, user_id, frozenset(scope.split()), expires)

    def is_sensitive(self, endpoint: Any) -> bool:
        return super().is_sensitive(endpoint) or type(endpoint).__module__.startswith(f"{__package__}.")


class TokenView(ToolkitTokenView):
    """RFC 6749, section 3.2."""

    GRANT_TYPES = frozenset({"authorization_code", "client_credentials", "refresh_token"})

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Only our grant types get as far as the toolkit.

        Its password grant would tell right passwords from wrong ones even to clients that may not use
        it, and its device grant answers 500 without a code.
        """
        if _has_nul(request):
            return _refuse("invalid_request")
        if request.POST.get("grant_type") not in self.GRANT_TYPES:
            return _refuse("unsupported_grant_type")
        return self.authorization_flow_token_response(request, *args, **kwargs)


def _has_nul(request: HttpRequest) -> bool:
    """PostgreSQL stores no NUL and answers a query for one with an error."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        basic = b64decode(encoded) if scheme.lower() == "basic" else b""
    except ValueError:
        basic = b""
    values = [value for values in request.POST.lists() for value in values[1]]
    return b"\0" in basic or b"%00" in basic or any("\0" in value for value in values)


def _refuse(error: str) -> JsonResponse:
    """RFC 6749, section 5.2."""
    return JsonResponse({"error": error}, status=400, headers={"Cache-Control": "no-store"})
