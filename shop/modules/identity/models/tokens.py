"""Tokens as operators see them, and their end."""

from collections.abc import Set as AbstractSet
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from oauth2_provider import models as toolkit

from shop.modules.identity.models.oauth import Grant


class AccessToken(toolkit.AccessToken):
    """The toolkit's, under our name in the admin. It lives for minutes; ended ones are deleted."""

    class Meta:
        proxy = True
        verbose_name = "access token"

    def __str__(self) -> str:
        """The toolkit's own would put the token into logs."""
        return str(self.pk)


class RefreshToken(toolkit.RefreshToken):
    """The toolkit's, under our name in the admin. Ended ones stay, so that their use is noticed."""

    class Meta:
        proxy = True
        verbose_name = "refresh token"

    def __str__(self) -> str:
        return str(self.pk)


def end_all(**of: Any) -> None:
    """End the tokens and codes of a ``user`` or an ``application``."""
    end_families(RefreshToken.objects.filter(**of))
    AccessToken.objects.filter(**of).delete()
    Grant.objects.filter(**of).delete()


def end_families(refresh_tokens: QuerySet[RefreshToken]) -> None:
    """End these refresh tokens, those of the same logins, and the access tokens of all."""
    families = list(refresh_tokens.values_list("token_family", flat=True).distinct())
    living = RefreshToken.objects.filter(revoked=None, token_family__in=families)
    alone = refresh_tokens.filter(revoked=None, token_family=None)
    for tokens in (living, alone):
        ids = list(tokens.values_list("access_token_id", flat=True))
        tokens.update(revoked=timezone.now(), access_token=None)
        AccessToken.objects.filter(pk__in=ids).delete()


def end_carrying(scopes: AbstractSet[str], tokens: QuerySet[AccessToken]) -> None:
    """End those of the tokens that carry one of these scopes, which were taken away: a new one has less."""
    if scopes:
        ids = [key for key, scope in tokens.values_list("pk", "scope") if scopes & set(scope.split())]
        AccessToken.objects.filter(pk__in=ids).delete()
