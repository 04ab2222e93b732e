"""Bearer tokens, RFC 6750: in the ``Authorization`` header, and nowhere else."""

import re
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from shop.building_blocks.http.principals import REALM, Principal
from shop.building_blocks.recent import Recent

_B64TOKEN = re.compile(r"[\w.~+/-]+=*", re.ASCII)
_recent: Recent[Principal] = Recent(size=10_000)
"""By the checksum of the token, so that a dump of the memory holds no token that can be used."""


class InvalidToken(AuthenticationFailed):
    default_code = "invalid_token"
    default_detail = "The access token is unknown, revoked or expired."


class BearerAuthentication(BaseAuthentication):
    """Who a token stands for is remembered for ``BEARER_CACHE_SECONDS``, and at most until it expires.

    Only what is valid is remembered: a flood of random tokens must not push it out. So a token that is
    revoked may read for those seconds in processes that have seen it. It changes nothing: what changes
    something is looked up every time, and so is what sensitive endpoints are asked.
    """

    def look_up(self, token: str) -> Principal | None:
        """Whom the token stands for; None when it is not valid."""
        raise NotImplementedError

    def is_sensitive(self, endpoint: Any) -> bool:
        return bool(endpoint.is_sensitive)

    def authenticate(self, request: Request) -> tuple[Principal, Principal] | None:
        token = _token(request)
        if token is None:
            return None
        principal = self._principal(token, request) if _B64TOKEN.fullmatch(token) else None
        if principal is None or principal.expires <= timezone.now():
            raise InvalidToken
        return principal, principal

    def authenticate_header(self, request: Request) -> str:
        """Without a token there is no error to tell of: RFC 6750, section 3.1."""
        if _token(request) is None:
            return REALM
        return f'{REALM}, error="invalid_token", error_description="{InvalidToken.default_detail}"'

    def _principal(self, token: str, request: Request) -> Principal | None:
        checksum = sha256(token.encode()).hexdigest()
        only_reads = request.method in SAFE_METHODS and not self.is_sensitive(request.parser_context["view"])
        known = _recent.get(checksum) if only_reads else None
        return known or self._found(token, checksum)

    def _found(self, token: str, checksum: str) -> Principal | None:
        principal = self.look_up(token)
        if principal:
            _recent.put(checksum, principal, settings.BEARER_CACHE_SECONDS)
        else:
            _recent.drop(checksum)
        return principal


def _token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
