"""Users in the admin. They are deactivated, not deleted: what they did keeps its name."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.forms import SetPasswordForm, UserCreationForm
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from shop.building_blocks.errors import Refusal
from shop.building_blocks.http.etags import ExpectedVersion
from shop.building_blocks.mediator import send
from shop.modules.identity.admin.authority import AuthorityAdmin, administrator
from shop.modules.identity.features.activate_user import ActivateUser
from shop.modules.identity.features.deactivate_user import DeactivateUser
from shop.modules.identity.features.register_user import RegisterUser
from shop.modules.identity.features.set_password import SetPassword
from shop.modules.identity.features.update_user import UpdateUser
from shop.modules.identity.models import User
from shop.modules.identity.models.powers import Powers, powers_of_user


class AddUserForm(UserCreationForm[User]):
    class Meta:
        model = User
        fields: ClassVar = ["username", "email", "first_name", "last_name"]


class ChangeUserForm(forms.ModelForm[User]):
    """Carries the version that it shows, so that nobody overwrites what they have not seen."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = User
        fields: ClassVar = ["first_name", "last_name", "email", "is_staff", "groups"]
        widgets: ClassVar = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version


@admin.register(User)
class UserAdmin(AuthorityAdmin):
    add_form = AddUserForm
    change_form = ChangeUserForm
    list_display = ("username", "email", "is_active", "is_staff", "date_joined")
    list_filter = ("is_active", "is_staff", "groups")
    search_fields = ("username", "email")
    search_help_text = "Part of the username, or of the e-mail address"
    show_full_result_count = False
    ordering = ("username",)
    actions = ("activate", "deactivate")

    def powers_of(self, obj: User) -> Powers:
        return powers_of_user(obj)

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return super().get_fieldsets(request, obj)
        seen = ["version"] if self.has_change_permission(request, obj) else []
        return (
            (None, {"fields": ["active", *seen]}),
            ("Person", {"fields": ["first_name", "last_name", "email"]}),
            ("May do", {"fields": ["is_staff", "superuser", "groups"]}),
            ("Since", {"fields": ["date_joined", "last_login"]}),
        )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return ("active", "superuser", "date_joined", "last_login") if obj else ()

    @admin.display(boolean=True)
    def active(self, user: User) -> bool:
        return user.is_active

    @admin.display(boolean=True)
    def superuser(self, user: User) -> bool:
        return user.is_superuser

    def add(self, values: dict[str, Any]) -> UUID:
        names = ("username", "email", "first_name", "last_name")
        return send(RegisterUser(password=values["password1"], **{name: values[name] for name in names}))

    def update(self, obj: User, values: dict[str, Any]) -> None:
        seen = ExpectedVersion.of(values.pop("version"))
        groups = frozenset(group.pk for group in values.pop("groups"))
        send(UpdateUser(user_id=obj.pk, expected=seen, groups=groups, **values))

    @admin.action(description="Deactivate: lock them out, everywhere and at once", permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = administrator(request)
        self.send_each(request, queryset, lambda user: DeactivateUser(user_id=user.pk, by=by), "deactivated")

    @admin.action(description="Activate: let them log in again", permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by = administrator(request)
        self.send_each(request, queryset, lambda user: ActivateUser(user_id=user.pk, by=by), "activated")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.password_view)
        return [path("<uuid:user_id>/password/", view, name="identity_user_password"), *super().get_urls()]

    def password_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """A form with the password twice, judged by Django's validators."""
        user = get_object_or_404(User, pk=user_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        form = SetPasswordForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid() and self._set_password(request, user, form):
            return HttpResponseRedirect(reverse("admin:identity_user_change", args=[user.pk]))
        context = {"title": f"New password of {user}", "form": form, "original": user, "opts": self.opts}
        template = "admin/identity/user/password.html"
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})

    def _set_password(self, request: HttpRequest, user: User, form: forms.Form) -> bool:
        password = form.cleaned_data["new_password1"]
        try:
            send(SetPassword(user_id=user.pk, by=administrator(request), password=password))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return False
        self.log_change(request, user, "Set a password.")
        self.message_user(request, f"{user} has a new password, and has to log in anew.", messages.SUCCESS)
        return True
