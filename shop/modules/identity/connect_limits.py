"""How often clients may ask /connect for something, and how often an address may guess at it."""

from base64 import b64decode
from typing import Any, ClassVar

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from shop.building_blocks.http.addresses import client_address
from shop.building_blocks.limits.limiter import limiter

_FAILURES = "token_failures_per_address"


class LimitedClients(View):
    """For views that clients authenticate at; refuses in the form of RFC 6749, section 5.2.

    Whatever fails counts against the address, so that nobody guesses secrets and codes without end, and
    not against the client that it names, so that nobody uses up what that one has. Both are counted before
    the request is looked into, and given back by how it ends.
    """

    limit_of_clients: ClassVar[str] = ""
    """Of ``settings.LIMITS``, if there is one."""

    @method_decorator(csrf_exempt)  # a client shows who it is itself, and no cookie does it for it
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        buckets = [(_FAILURES, client_address(request))]
        if self.limit_of_clients:
            buckets.append((self.limit_of_clients, _client(request)))
        attempt = limiter("identity").attempt(*buckets)
        if attempt.wait:
            return _too_many(attempt.wait)
        response = super().dispatch(request, *args, **kwargs)
        is_failure = 400 <= response.status_code < 500  # noqa: PLR2004  a client's; not ours
        attempt.give_back(*(limit for limit in attempt.limits if (limit == _FAILURES) != is_failure))
        return response


def _client(request: HttpRequest) -> str:
    """Who the client says that it is. Without a secret everybody can say so: then with the address."""
    client_id, secret = _basic(request) or (
        request.POST.get("client_id", ""),
        request.POST.get("client_secret", ""),
    )
    return client_id if secret else f"{client_id} {client_address(request)}"


def _basic(request: HttpRequest) -> tuple[str, str] | None:
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = b64decode(encoded).decode().partition(":")
    except ValueError:
        return None
    return client_id, secret


def _too_many(seconds: int) -> JsonResponse:
    """RFC 6749 has no error for it; ``temporarily_unavailable`` is the nearest."""
    error = {
        "error": "temporarily_unavailable",
        "error_description": f"Too many requests. Try again in {seconds} s.",
    }
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    return JsonResponse(error, status=429, headers=headers)
