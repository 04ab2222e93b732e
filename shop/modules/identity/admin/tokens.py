"""Tokens in the admin: who has which, and their end. They themselves are nobody's to read."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from oauth2_provider.settings import oauth2_settings

from shop.building_blocks.admin import ReadOnlyAdmin
from shop.modules.identity.features.revoke_access_token import RevokeAccessToken
from shop.modules.identity.features.revoke_refresh_token import RevokeRefreshToken
from shop.modules.identity.models import AccessToken, RefreshToken


class TokenAdmin(ReadOnlyAdmin):
    list_display = ("created", "who", "client", "scope", "expires", "state")
    list_select_related: ClassVar[tuple[str, ...]] = ("user", "application")
    fields = ("who", "client", "scope", "created", "expires", "state")
    readonly_fields: ClassVar[tuple[str, ...]] = ("who", "client", "scope", "expires", "state")
    search_fields = ("user__username", "application__name", "application__client_id")
    search_help_text = "Part of the username, or of the name or id of the client"
    show_full_result_count = False
    ordering = ("-id",)
    actions = ("revoke",)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"identity.delete_{self.opts.model_name}")

    @admin.display(description="user", ordering="user__username")
    def who(self, token: AccessToken | RefreshToken) -> str:
        return str(token.user) if token.user else "-"

    @admin.display(ordering="application__name")
    def client(self, token: AccessToken | RefreshToken) -> str:
        return str(token.application or "-")


@admin.register(AccessToken)
class AccessTokenAdmin(TokenAdmin):
    list_filter = ("created",)
    readonly_fields: ClassVar[tuple[str, ...]] = ("who", "client", "state")

    @admin.display
    def state(self, token: AccessToken) -> str:
        return "expired" if token.is_expired() else "valid"

    @admin.action(description="Revoke: also what would bring them back", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        self.send_each(request, queryset, lambda token: RevokeAccessToken(token.pk), "revoked")


@admin.register(RefreshToken)
class RefreshTokenAdmin(TokenAdmin):
    list_filter = ("created", ("revoked", admin.EmptyFieldListFilter))
    list_select_related: ClassVar[tuple[str, ...]] = ("user", "application", "access_token")

    @admin.display
    def scope(self, token: RefreshToken) -> str:
        return token.access_token.scope if token.access_token else "-"

    @admin.display
    def expires(self, token: RefreshToken) -> datetime | None:
        lifetime = oauth2_settings.REFRESH_TOKEN_EXPIRE_SECONDS
        return token.created + timedelta(seconds=lifetime) if lifetime else None

    @admin.display
    def state(self, token: RefreshToken) -> str:
        if token.revoked:
            return "used or revoked"
        expires = self.expires(token)
        return "expired" if expires and expires <= timezone.now() else "valid"

    @admin.action(description="Revoke: with all that came of the same login", permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[RefreshToken]) -> None:
        self.send_each(request, queryset, lambda token: RevokeRefreshToken(token.pk), "revoked")
