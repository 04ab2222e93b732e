"""Identity in Django's admin. Tokens and codes are nobody's to read, so they are not here."""

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from oauth2_provider.models import (
    get_access_token_model,
    get_grant_model,
    get_id_token_model,
    get_refresh_token_model,
)

from shop.building_blocks.admin import CommandAdmin, ReadOnlyAdmin
from shop.building_blocks.mediator import send
from shop.modules.identity.features.register_user import RegisterUser
from shop.modules.identity.lockout import TellsOfLockout
from shop.modules.identity.models import Client, User

for model in (
    Group,
    get_access_token_model(),
    get_grant_model(),
    get_id_token_model(),
    get_refresh_token_model(),
    Client,
):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class LoginForm(TellsOfLockout, AdminAuthenticationForm):
    """The admin's own, which also says that one has to wait."""


admin.site.login_form = LoginForm


class AddUserForm(UserCreationForm[User]):
    class Meta:
        model = User
        fields: ClassVar = ["username", "email", "first_name", "last_name"]


@admin.register(User)
class UserAdmin(CommandAdmin):
    add_form = AddUserForm
    list_display = ("username", "email", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff")
    search_fields = ("username", "email")
    ordering = ("username",)
    exclude = ("password",)

    def add(self, values: dict[str, Any]) -> UUID:
        return send(
            RegisterUser(
                username=values["username"],
                email=values["email"],
                password=values["password1"],
                first_name=values["first_name"],
                last_name=values["last_name"],
            )
        )


@admin.register(Client)
class ClientAdmin(ReadOnlyAdmin):
    list_display = ("name", "client_id", "client_type", "authorization_grant_type", "scopes")
    search_fields = ("name", "client_id")
    exclude = ("client_secret",)
    ordering = ("name",)
