"""Where clients come themselves: for tokens, and to revoke them."""

from typing import Any, ClassVar

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from oauth2_provider import views
from oauth2_provider.views.mixins import OAuthLibMixin

from shop.modules.identity.oauth import limits
from shop.modules.identity.oauth.answers import (
    CHALLENGE,
    basic_credentials,
    has_nul,
    refuse,
    repeated,
    unknown_client,
    values_of,
)


@method_decorator([csrf_exempt, login_not_required], name="dispatch")  # an overridden dispatch loses both
class ClientEndpoint:
    """A POST whose parameters are in the body, each once, and that authenticates the client in one way."""

    http_method_names = ["post"]
    limit_of_clients: ClassVar[str] = ""
    """Of ``settings.LIMITS``: how often a client may come here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        attempt = limits.begin(request, self.limit_of_clients)
        if attempt.wait:
            return limits.too_many(attempt.wait)
        response = self._answer(request, *args, **kwargs)
        limits.settle(attempt, response.status_code)
        return response

    def _answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and (refusal := _refusal(request)):
            return refusal
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        if response.status_code == 401:  # noqa: PLR2004
            response["WWW-Authenticate"] = CHALLENGE
        return response


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if request.GET:
        return refuse("invalid_request", "Parameters belong into the body, not into the URL.")
    if twice := repeated(request.POST):
        return refuse("invalid_request", f"More than once: {', '.join(twice)}.")
    try:
        credentials = basic_credentials(request)
    except ValueError:
        return unknown_client("The credentials cannot be read.")
    if has_nul([*values_of(request.POST), *(credentials or ())]):
        return refuse("invalid_request", "A NUL stands for nothing here.")
    if credentials and not _is_only_way(credentials[0], request):
        return refuse("invalid_request", "The client authenticates in more than one way.")
    return None


def _is_only_way(client_id: str, request: HttpRequest) -> bool:
    """RFC 6749, section 2.3: the body may name the same client, and has no secret of its own."""
    return "client_secret" not in request.POST and request.POST.get("client_id", client_id) == client_id


class TokenView(ClientEndpoint, OAuthLibMixin, View):  # type: ignore[misc]  # a ClassVar there
    """RFC 6749, section 3.2.

    The toolkit's own reads each new token again, for a signal, and answers 500 when a replay has revoked it
    in the meantime; and to a device without a code.
    """

    limit_of_clients = "tokens_per_client"

    @method_decorator(sensitive_post_parameters("password", "client_secret", "code", "refresh_token"))
    def post(self, request: HttpRequest) -> HttpResponse:
        _, headers, body, status = self.create_token_response(request)
        return HttpResponse(body, status=status, headers=headers)


class RevokeTokenView(ClientEndpoint, views.RevokeTokenView):
    """RFC 7009."""
