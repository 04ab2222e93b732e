"""RFC 7662: a resource server asks whom a token stands for."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View
from oauth2_provider.models import AbstractApplication
from oauth2_provider.settings import oauth2_settings
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.common import Request

from shop.modules.identity.oauth import tokens
from shop.modules.identity.oauth.answers import refuse, unknown_client
from shop.modules.identity.oauth.client_endpoints import ClientEndpoint


class IntrospectTokenView(ClientEndpoint, OAuthLibMixin, View):  # type: ignore[misc]  # a ClassVar there
    """For confidential clients that may introspect. The toolkit's own lets every client do it."""

    def post(self, request: HttpRequest) -> HttpResponse:
        client = self._client(request)
        if client is None:
            return unknown_client("Only a confidential client with its secret may introspect.")
        if not client.may_introspect:
            return refuse("unauthorized_client", "This client may not introspect tokens.", 403)
        if not (token := request.POST.get("token")):
            return refuse("invalid_request", "The parameter token is missing.")
        return JsonResponse(_about(token, request), headers={"Cache-Control": "no-store"})

    def _client(self, request: HttpRequest) -> Any:
        core = self.get_oauthlib_core()
        asking = Request(*core._extract_params(request))
        known = core.server.request_validator.authenticate_client(asking)
        confidential = known and asking.client.client_type == AbstractApplication.CLIENT_CONFIDENTIAL
        return asking.client if confidential else None


def _about(token: str, request: HttpRequest) -> dict[str, Any]:
    """No name, no e-mail address: who needs them asks for the user by ``sub``."""
    found = tokens.find(token)
    if found is None:
        return {"active": False}
    return {
        "active": True,
        "token_type": "Bearer",
        "client_id": found.client_id,
        "sub": str(found.user_id or found.client_id),
        **({"user_id": str(found.user_id)} if found.user_id else {}),
        "scope": found.scope,
        "iss": oauth2_settings.oidc_issuer(request),
        "iat": int(found.issued.timestamp()),
        "exp": int(found.expires.timestamp()),
        **({"aud": found.resource} if found.resource else {}),
    }
