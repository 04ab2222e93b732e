"""Tokens as operators see them, and their end."""

from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import QuerySet
from oauth2_provider import models as toolkit

from shop.modules.identity.models.oauth import Grant


class AccessToken(toolkit.AccessToken):
    """The toolkit's, under our name in the admin. It lives for minutes; ended ones are deleted."""

    class Meta:
        proxy = True
        verbose_name = "access token"


class RefreshToken(toolkit.RefreshToken):
    """The toolkit's, under our name in the admin. Ended ones stay, so that their use is noticed."""

    class Meta:
        proxy = True
        verbose_name = "refresh token"


def end_all(**of: Any) -> None:
    """End the tokens and codes of a ``user`` or an ``application``."""
    end_families(RefreshToken.objects.filter(revoked=None, **of))
    AccessToken.objects.filter(**of).delete()
    Grant.objects.filter(**of).delete()


def end_families(refresh_tokens: QuerySet[RefreshToken]) -> None:
    """End these refresh tokens, those of the same logins, and the access tokens of all."""
    for family in refresh_tokens.values_list("token_family", flat=True).distinct():
        RefreshToken.revoke_family(family)


def end_carrying(scopes: AbstractSet[str], tokens: QuerySet[AccessToken]) -> None:
    """End those of the tokens that carry one of these scopes, which were taken away: a new one has less."""
    if scopes:
        ids = [key for key, scope in tokens.values_list("pk", "scope") if scopes & set(scope.split())]
        AccessToken.objects.filter(pk__in=ids).delete()
