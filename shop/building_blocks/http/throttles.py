"""Too many requests: 429, RFC 6585 section 4."""

from typing import Any

from rest_framework.exceptions import Throttled
from rest_framework.request import Request

from shop.building_blocks.http.addresses import client_address
from shop.building_blocks.limits.limiter import limiter
from shop.building_blocks.modules import module_of


def throttle(request: Request, python_path: str, limits: tuple[str, ...] = ()) -> None:
    """Raises Throttled. ``limits`` hold for the address, besides the one for all requests of a caller."""
    module = limiter(module_of(python_path))
    wait = module.take(*_caller(request))
    for limit in limits:
        wait = wait or module.take(limit, client_address(request))
    if wait:
        raise Throttled(wait)


def _caller(request: Request) -> tuple[str, str]:
    """A user counts as such and not as its client: one must not use up what all users of an app have."""
    principal: Any = request.auth
    if principal is None:
        return "requests_per_address", client_address(request)
    if principal.user_id:
        return "requests_per_user", str(principal.user_id)
    return "requests_per_client", principal.client_id
