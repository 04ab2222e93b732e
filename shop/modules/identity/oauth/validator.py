"""oauthlib asks, we answer: who the client is, which codes and tokens are good, what is stored.

RFC 6749 and RFC 9700; what is inherited is the toolkit's.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Min
from django.utils import timezone
from jwcrypto import jws
from oauth2_provider.models import get_refresh_token_model
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.utils import jwk_from_pem
from oauthlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidScopeError

from shop.modules.identity import lockout
from shop.modules.identity.models import Grant
from shop.modules.identity.oauth.scopes import narrowed

RefreshToken = get_refresh_token_model()


class Replayed(Exception):
    """A code or a refresh token came a second time: somebody else has it, too."""

    def __init__(self, family: UUID | None) -> None:
        self.family = family


class Validator(OAuth2Validator):
    def authenticate_client(self, request: Any, *args: Any, **kwargs: Any) -> bool:
        """By the one way that the client chose, and never with an empty secret."""
        if self._extract_basic_auth(request):
            return bool(self._authenticate_basic_auth(request))
        return bool(getattr(request, "client_secret", None)) and self._authenticate_request_body(request)

    # Passwords

    def build_http_request(self, request: Any) -> Any:
        request.login = super().build_http_request(request)
        return request.login

    def validate_user(
        self, username: str, password: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """Limited like the login page, which tells of its successes itself."""
        good = super().validate_user(username, password, client, request, *args, **kwargs)
        if good:
            lockout.give_back(request.login)
        return bool(good)

    # Codes

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """A code that comes again revokes what it was exchanged for: RFC 9700, section 2.1.1."""
        grant = _grants(request).first()
        if grant and grant.consumed_at:
            RefreshToken.revoke_family(grant.token_family)
            return False
        good = super().validate_code(client_id, code, client, request, *args, **kwargs)
        return bool(good and request.user.is_active)

    def get_default_redirect_uri(self, client_id: str, request: Any, *args: Any, **kwargs: Any) -> Any:
        """OAuth 2.1 does not repeat it when the code is exchanged: PKCE binds the code already."""
        if request.grant_type == "authorization_code":
            return _grants(request).values_list("redirect_uri", flat=True).first()
        return super().get_default_redirect_uri(client_id, request, *args, **kwargs)

    def invalidate_authorization_code(self, *args: Any, **kwargs: Any) -> None:
        """It was, in the transaction that stored the tokens."""

    # Refresh tokens

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        """For a user who is active, and not for ever, however often it is refreshed."""
        if not super().validate_refresh_token(refresh_token, client, request, *args, **kwargs):
            return False
        family = request.refresh_token_instance.token_family
        if request.user.is_active and timezone.now() - _born(family) < settings.REFRESH_LIFETIME:
            return True
        RefreshToken.revoke_family(family)
        return False

    # What is stored

    def save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> Any:
        """In one transaction; what a replay revokes is revoked after that is rolled back."""
        try:
            return super().save_bearer_token(token, request, *args, **kwargs)
        except Replayed as replayed:
            RefreshToken.revoke_family(replayed.family)
            raise InvalidGrantError(request=request) from None

    def _save_bearer_token(self, token: dict[str, Any], request: Any, *args: Any, **kwargs: Any) -> None:
        """The one place that every token passes. Of two requests at once the database lets one through."""
        if request.grant_type == "authorization_code":
            _consume_code(request)
        elif request.grant_type == "refresh_token":
            _lock_refresh_token(request)
        if request.user:
            token["scope"] = narrowed(token["scope"], request)
        if not token["scope"]:
            raise InvalidScopeError(request=request)
        super()._save_bearer_token(token, request, *args, **kwargs)

    def _create_refresh_token(self, request: Any, code: str, access_token: Any, previous: Any) -> Any:
        created = super()._create_refresh_token(request, code, access_token, previous)
        if request.grant_type == "authorization_code":
            _grants(request).update(token_family=created.token_family)
        return created

    # What makes a token usable where the toolkit looks it up itself: at userinfo

    def _load_access_token(self, token: str) -> Any:
        found = super()._load_access_token(token)
        return None if found and found.user and not found.user.is_active else found

    def validate_jwt_bearer_token(self, *args: Any, **kwargs: Any) -> bool:
        """An id_token tells the client who logged in. It opens nothing."""
        return False

    # OpenID Connect

    def get_additional_claims(self) -> dict[str, Any]:
        """OpenID Connect Core, section 5.1. Without a parameter, so that the discovery lists them."""
        return {
            "name": lambda request: request.user.get_full_name(),
            "given_name": lambda request: request.user.first_name,
            "family_name": lambda request: request.user.last_name,
            "preferred_username": lambda request: request.user.username,
            "email": lambda request: request.user.email,
            "email_verified": lambda request: False,  # we never wrote to it
        }

    def validate_silent_login(self, request: Any) -> bool:
        """``prompt=none``: the view knows the session, oauthlib does not."""
        return True

    validate_silent_authorization = validate_silent_login

    def _get_key_for_token(self, token: str) -> Any:
        """The key of an id_token by its id: it may have been signed by the one before."""
        signed = jws.JWS()
        signed.deserialize(token)
        kid = signed.jose_header.get("kid")
        keys = map(jwk_from_pem, (settings.OIDC_SIGNING_KEY, *settings.OIDC_OTHER_KEYS))
        return next((key for key in keys if key.thumbprint() == kid), None)


def _grants(request: Any) -> Any:
    return Grant.objects.filter(code=request.code, application=request.client)


def _consume_code(request: Any) -> None:
    if not _grants(request).filter(consumed_at=None).update(consumed_at=timezone.now()):
        raise Replayed(_grants(request).values_list("token_family", flat=True).first())


def _lock_refresh_token(request: Any) -> None:
    """The toolkit has looked at it before, without a lock."""
    presented = request.refresh_token_instance
    if RefreshToken.objects.select_for_update().get(pk=presented.pk).revoked:
        raise Replayed(presented.token_family)


def _born(family: UUID) -> Any:
    return RefreshToken.objects.filter(token_family=family).aggregate(born=Min("created"))["born"]
