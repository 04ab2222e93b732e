"""Admin pages that do not go behind the domain's back: they read, or they send commands."""

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm, modelform_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import Command, send


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Shows, and changes nothing but by actions that send commands."""

    view_on_site = False  # nothing of ours has a page elsewhere; a library's model may say that it has

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def send_each(
        self, request: HttpRequest, objs: QuerySet[Any], command: Callable[[Any], Command[Any]], done: str
    ) -> None:
        """A transaction each: one that is refused does not hold up the others."""
        count = 0
        for obj in objs.order_by("pk"):
            try:
                send(command(obj))
            except Refusal as refusal:
                self.message_user(request, f"{self.opts.verbose_name} {obj}: {refusal}", messages.WARNING)
            else:
                self.log_change(request, obj, f"{done.capitalize()}.")
                count += 1
        if count:
            noun = self.opts.verbose_name if count == 1 else self.opts.verbose_name_plural
            self.message_user(request, f"{count} {noun} {done}.", messages.SUCCESS)


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

    Where there is a ``change_form``, ``update`` sends the command that it is for; who has a ``delete``
    deletes by it, after the admin has asked whether that is meant.
    A refusal of the domain is shown in the form, with everything that was typed.
    """

    add_form: type[ModelForm[Any]]
    change_form: type[ModelForm[Any]] | None = None
    delete: Callable[[Any], None] | None = None

    def add(self, values: dict[str, Any]) -> Any:
        raise NotImplementedError

    def update(self, obj: Any, values: dict[str, Any]) -> None:
        raise NotImplementedError

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return admin.ModelAdmin.has_add_permission(self, request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.change_form) and admin.ModelAdmin.has_change_permission(self, request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.delete) and admin.ModelAdmin.has_delete_permission(self, request, obj)

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
        form = self.change_form if obj else self.add_form
        if form is None or (obj and not self.has_change_permission(request, obj)):
            return super().get_form(request, obj, change, **kwargs)

        class Form(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                if refusal := getattr(request, "refusal", None):
                    raise ValidationError(str(refusal))
                return super().clean()

            def validate_unique(self) -> None:
                """A duplicate is the command's to refuse, in its own words."""

        widgets = partial(self.formfield_for_dbfield, request=request)
        return modelform_factory(self.model, Form, formfield_callback=widgets)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        if change:
            self.update(obj, form.cleaned_data)
        else:
            obj.pk = self.add(form.cleaned_data)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without the admin's own transaction, too. A refusal is told on the page that it was asked from."""
        try:
            return cast("HttpResponse", self._delete_view(request, object_id, extra_context))  # type: ignore[attr-defined]
        except Refusal as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return HttpResponseRedirect(request.path)

    def get_deleted_objects(
        self, objs: Any, request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """What goes with them is the command's to know."""
        return list(map(str, objs)), {str(self.opts.verbose_name_plural): len(objs)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if self.delete:
            self.delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """A transaction each, as for the commands of the API."""
        for obj in queryset:
            self.delete_model(request, obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The command has saved everything."""
