"""Tokens in a process without identity."""

from shop.building_blocks.errors import Unavailable
from shop.building_blocks.http import bearer
from shop.building_blocks.http.principals import Principal


class TokensCannotBeChecked(Unavailable):
    """Identity, which knows the access tokens, cannot be asked."""


class RemoteBearerAuthentication(bearer.BearerAuthentication):
    """Believes no token that it cannot have checked: the place for introspection, RFC 7662."""

    def look_up(self, token: str) -> Principal | None:
        raise TokensCannotBeChecked
