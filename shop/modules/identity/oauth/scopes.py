"""Who may have which scopes: what the client was given, and of that what the user's groups allow."""

from typing import Any

from oauth2_provider.scopes import SettingsScopes

from shop.modules.identity.models import Client


class Scopes(SettingsScopes):
    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """The user is known once somebody is logged in: at the consent, and when tokens are made."""
        known: list[str] = super().get_available_scopes(application, request, *args, **kwargs)
        if application is None:
            return known
        given = set(application.scopes.split())
        if user := getattr(request, "user", None):
            given &= user.allowed_scopes()
        return [scope for scope in known if scope in given]

    def get_default_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What a client gets that names none: everything that it may have."""
        return self.get_available_scopes(application, request, *args, **kwargs)


def narrowed(scope: str, request: Any) -> str:
    """What is left of a scope for the client and the user of oauthlib's request, now."""
    allowed = Scopes().get_available_scopes(request.client, request)
    return " ".join(one for one in scope.split() if one in allowed)
