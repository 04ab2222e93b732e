"""Identity in Django's admin: it changes by commands. Secrets are shown once, tokens and codes never."""

from django.contrib import admin
from django.contrib.auth.models import Group
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from shop.modules.identity.models import Client

for model in (
    Client,
    Group,
    get_access_token_model(),
    get_grant_model(),
    get_id_token_model(),
    get_refresh_token_model(),
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)

from shop.modules.identity.admin.clients import ClientAdmin  # noqa: E402  it takes the toolkit's place
from shop.modules.identity.admin.groups import GroupAdmin  # noqa: E402
from shop.modules.identity.admin.login import LoginForm  # noqa: E402
from shop.modules.identity.admin.tokens import AccessTokenAdmin, RefreshTokenAdmin  # noqa: E402
from shop.modules.identity.admin.users import UserAdmin  # noqa: E402

__all__ = ["AccessTokenAdmin", "ClientAdmin", "GroupAdmin", "LoginForm", "RefreshTokenAdmin", "UserAdmin"]
