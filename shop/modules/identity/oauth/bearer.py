"""Bearer tokens at the API of a process that has identity's tables."""

from typing import Any

from shop.building_blocks.http import bearer
from shop.building_blocks.http.principals import Principal
from shop.modules.identity.oauth import tokens


class BearerAuthentication(bearer.BearerAuthentication):
    """By the toolkit's table. Identity's own endpoints are all sensitive."""

    def look_up(self, token: str) -> Principal | None:
        """The shop calls itself no resource (RFC 8707), so a token for certain ones is for others."""
        found = tokens.find(token)
        if found is None or found.resource:
            return None
        return Principal(found.client_id, found.user_id, frozenset(found.scope.split()), found.expires)

    def is_sensitive(self, endpoint: Any) -> bool:
        ours = type(endpoint).__module__.startswith("shop.modules.identity.")
        return ours or super().is_sensitive(endpoint)
