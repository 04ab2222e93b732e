"""Groups in the admin: what their members may do here, and let clients do over the API."""

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.http import HttpRequest

from shop.building_blocks import modules
from shop.building_blocks.mediator import send
from shop.modules.identity.admin.authority import AuthorityAdmin, ScopesField, administrator
from shop.modules.identity.features.create_group import CreateGroup
from shop.modules.identity.features.delete_group import DeleteGroup
from shop.modules.identity.features.update_group import UpdateGroup
from shop.modules.identity.models import Group
from shop.modules.identity.models.groups import scopes_of
from shop.modules.identity.models.powers import Powers, powers_of_groups


class GroupForm(forms.ModelForm[Group]):
    scopes = ScopesField(
        but=settings.SCOPES_OF_EVERYBODY,
        help_text=f"For its members' tokens, besides {', '.join(settings.SCOPES_OF_EVERYBODY)}.",
    )

    class Meta:
        model = Group
        fields: ClassVar = ["name", "scopes", "permissions"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["scopes"].initial = sorted(scopes_of(self.instance))


@admin.register(Group)
class GroupAdmin(AuthorityAdmin):
    add_form = change_form = GroupForm
    list_display = ("name", "scopes")
    list_select_related = ("granted",)
    search_fields = ("name",)
    ordering = ("name",)
    filter_horizontal = ("permissions",)

    def powers_of(self, obj: Group) -> Powers:
        return powers_of_groups({obj.pk})

    def get_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        return ("name", "scopes", "permissions")

    def get_readonly_fields(self, request: HttpRequest, obj: Group | None = None) -> Any:
        return ("scopes",) if obj and not self.has_change_permission(request, obj) else ()

    @admin.display
    def scopes(self, group: Group) -> str:
        return str(getattr(group, "granted", ""))

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Those on our own models. Each names its content type, which would be a query each."""
        ours = Permission.objects.filter(content_type__app_label__in=modules.names())
        permissions = ours.select_related("content_type")
        return super().formfield_for_manytomany(db_field, request, queryset=permissions, **kwargs)

    def add(self, values: dict[str, Any]) -> int:
        return send(CreateGroup(**_with_ids(values)))

    def update(self, obj: Group, values: dict[str, Any]) -> None:
        send(UpdateGroup(group_id=obj.pk, **_with_ids(values)))

    def has_delete_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        return admin.ModelAdmin.has_delete_permission(self, request, obj) and self.may_change(request, obj)

    def delete_model(self, request: HttpRequest, obj: Group) -> None:
        send(DeleteGroup(group_id=obj.pk, by=administrator(request)))


def _with_ids(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "permissions": frozenset(one.pk for one in values["permissions"])}
