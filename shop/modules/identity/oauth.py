"""What the toolkit's settings cannot say."""

from typing import Any

from oauth2_provider.scopes import SettingsScopes
from oauth2_provider.views import TokenView as ToolkitTokenView

from shop.modules.identity.models import Client


class ClientScopes(SettingsScopes):
    """A client gets no scope that it was not given, whatever it asks for."""

    def get_available_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        known: list[str] = super().get_available_scopes(application, request, *args, **kwargs)
        if application is None:
            return known
        given = set(application.scopes.split())
        return [scope for scope in known if scope in given]

    def get_default_scopes(
        self, application: Client | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What a client gets that names none: everything that it was given."""
        return self.get_available_scopes(application, request, *args, **kwargs)


class TokenView(ToolkitTokenView):
    """RFC 6749, section 3.2."""

    def post(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Without the toolkit's branch for device grants, which answers 500 when its code is missing."""
        return self.authorization_flow_token_response(request, *args, **kwargs)
