"""How often clients may come, and how often an address may guess at what they have.

Whatever fails counts for the address, so that nobody guesses secrets and codes without end, and not for the
client that it names, so that nobody uses up what that one has. Both are counted before the request is looked
into, and given back by how it ends.
"""

from django.http import HttpRequest, HttpResponse

from shop.building_blocks.http.addresses import client_address
from shop.building_blocks.limits.limiter import Attempt, limiter
from shop.modules.identity.oauth.answers import basic_credentials, refuse

_FAILURES = "token_failures_per_address"


def begin(request: HttpRequest, limit_of_clients: str) -> Attempt:
    """``limit_of_clients`` is one of ``settings.LIMITS``, or empty."""
    buckets = [(_FAILURES, client_address(request))]
    if limit_of_clients:
        buckets.append((limit_of_clients, _client(request)))
    return limiter("identity").attempt(*buckets)


def settle(attempt: Attempt, status: int) -> None:
    is_failure = 400 <= status < 500  # noqa: PLR2004  the client's, and not ours
    attempt.give_back(*(limit for limit in attempt.limits if (limit == _FAILURES) != is_failure))


def too_many(seconds: int) -> HttpResponse:
    """RFC 6749 has no error for it; ``temporarily_unavailable`` is the nearest."""
    wait = str(seconds)
    return refuse(
        "temporarily_unavailable", f"Too many requests: wait {wait} s.", 429, **{"Retry-After": wait}
    )


def _client(request: HttpRequest) -> str:
    """Who the client says that it is. Without a secret everybody can say so: then with the address."""
    try:
        credentials = basic_credentials(request)
    except ValueError:
        credentials = None
    in_body = request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    client_id, secret = credentials or in_body
    return client_id if secret else f"{client_id} {client_address(request)}"
