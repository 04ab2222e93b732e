"""Admin pages that do not go behind the domain's back: they read, or they send commands."""

from functools import partial
from typing import Any, ClassVar, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

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

    With a ``change_form`` it changes, too, by ``update``, and when it says so it deletes one by one, by
    ``remove``. A refusal of the domain is shown in the form, with everything that was typed.
    """

    add_form: type[ModelForm[Any]]
    change_form: ClassVar[type[ModelForm[Any]] | None] = None
    removes: ClassVar[bool] = False

    def add(self, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def update(self, obj: Any, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def remove(self, obj: Any) -> None:
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.change_form is not None and admin.ModelAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.removes and admin.ModelAdmin.has_delete_permission(self, request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without Django's deletion of what is selected, which would go past the commands."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

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
        if obj is not None and not self.has_change_permission(request, obj):
            return super().get_form(request, obj, change, **kwargs)
        chosen: Any = self.add_form if obj is None else self.change_form

        class Form(chosen):
            def clean(self) -> Any:
                if refusal := getattr(request, "refusal", None):
                    raise ValidationError(str(refusal))
                return super().clean()

            def validate_unique(self) -> None:
                """A duplicate is the command's to refuse, in its own words."""

        with_widgets = partial(self.formfield_for_dbfield, request=request)
        return modelform_factory(self.model, Form, chosen._meta.fields, formfield_callback=with_widgets)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if change:
            self.update(obj, form.cleaned_data)
        else:
            obj.pk = self.add(form.cleaned_data)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The command has saved everything."""

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without the admin's own transaction, either."""
        try:
            return cast("HttpResponse", self._delete_view(request, object_id, extra_context))  # type: ignore[attr-defined]
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.path)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Not yet: the command may be refused."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.remove(obj)
        super().log_deletions(request, self.model._default_manager.filter(pk=obj.pk))
