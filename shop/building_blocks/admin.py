"""Admin pages that do not go behind the domain's back: they read, or they send commands."""

from functools import partial
from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse

from shop.building_blocks.errors import Refusal


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows, and changes nothing."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(admin.TabularInline[Any, Any]):
    """Shows what belongs to a page, and changes nothing."""

    can_delete = False
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CommandAdmin(ReadOnlyAdmin):
    """Adds by sending a command: ``add_form`` has its fields, ``add`` returns the new id.

    A refusal of the domain is shown in the form, with everything that was typed.
    """

    add_form: type[ModelForm[Any]]

    def add(self, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Without the admin's own transaction: a command has one. A refusal shows the form again."""
        show = partial(self._changeform_view, request, object_id, form_url, extra_context)  # type: ignore[attr-defined]
        try:
            return cast("HttpResponse", show())
        except Refusal as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            return cast("HttpResponse", show())

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm[Any]]:
        if obj is not None:
            return super().get_form(request, obj, change, **kwargs)

        class Form(self.add_form):  # type: ignore[name-defined]
            def clean(self) -> Any:
                if refusal := getattr(request, "refusal", None):
                    raise ValidationError(str(refusal))
                return super().clean()

            def validate_unique(self) -> None:
                """A duplicate is the command's to refuse, in its own words."""

        return Form

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        obj.pk = self.add(form.cleaned_data)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The command has saved everything."""
