"""Who may change what by these pages: whoever has as much power as it gives."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.forms import ModelForm
from django.http import HttpRequest

from shop.building_blocks.admin import CommandAdmin
from shop.modules.identity.models.powers import Powers, missing_powers


def administrator(request: HttpRequest) -> UUID:
    """Whom a command is sent by."""
    return cast("UUID", request.user.pk)


class AuthorityAdmin(CommandAdmin):
    """Its commands are told ``by`` whom. They refuse what is beyond that user; pages do not offer it."""

    class Media:
        css: ClassVar = {"all": ["identity/admin.css"]}

    def powers_of(self, obj: Any) -> Powers:
        """What somebody gains who controls this."""
        raise NotImplementedError

    def may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or not missing_powers(administrator(request), self.powers_of(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may_change(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm[Any], change: bool) -> None:
        form.cleaned_data["by"] = administrator(request)
        super().save_model(request, obj, form, change)


class ScopesField(forms.MultipleChoiceField):
    """A box for each scope that there is, ``but`` some."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, but: Sequence[str] = (), **options: Any) -> None:
        offered = {scope: meaning for scope, meaning in settings.SCOPES.items() if scope not in but}
        choices = [(scope, f"{scope}: {meaning}") for scope, meaning in offered.items()]
        super().__init__(choices=choices, required=False, **options)

    def clean(self, value: Any) -> frozenset[str]:
        return frozenset(super().clean(value))
