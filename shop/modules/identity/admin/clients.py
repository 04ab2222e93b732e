"""Clients in the admin. They are deactivated, not deleted; their secrets are shown once."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from oauth2_provider.generators import generate_client_id

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.modules.identity.admin.authority import AuthorityAdmin, ScopesField, administrator
from shop.modules.identity.features.create_client import LONGEST_NAME, CreateClient, Credentials
from shop.modules.identity.features.rotate_client_secret import RotateClientSecret
from shop.modules.identity.features.update_client import UpdateClient
from shop.modules.identity.models import Client
from shop.modules.identity.models.powers import Powers, powers_of_client

ITSELF, USERS, PUBLIC = "itself", "users", "public"
KINDS = (
    (ITSELF, "Acts for itself"),
    (USERS, "Lets users log in, from a server"),
    (PUBLIC, "Lets users log in, from a browser or a phone, where nothing stays secret"),
)


class ClientForm(forms.ModelForm[Client]):
    name = forms.CharField(max_length=LONGEST_NAME, widget=AdminTextInputWidget)
    scopes = ScopesField(help_text="What it may ask for.")
    redirect_uris = forms.CharField(
        label="Redirect URIs",
        required=False,
        widget=AdminTextareaWidget({"rows": 3}),
        help_text="One a line, of clients that let users log in: https, or http to the user's own machine.",
    )

    def clean_redirect_uris(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["redirect_uris"].split())

    def _post_clean(self) -> None:
        """What the toolkit asks of a client is not what we ask: the commands are to judge."""


class AddClientForm(ClientForm):
    client_id = forms.CharField(
        label="Client id", max_length=100, initial=generate_client_id, widget=AdminTextInputWidget
    )
    kind = forms.ChoiceField(choices=KINDS, widget=forms.RadioSelect, initial=ITSELF)

    class Meta:
        model = Client
        fields: ClassVar = ["name", "client_id", "kind", "redirect_uris", "scopes", "may_introspect"]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        acts_for_itself, has_uris = values.get("kind") == ITSELF, bool(values.get("redirect_uris"))
        if acts_for_itself == has_uris and not self.errors:
            wrong = "Of no use to a client that acts for itself." if acts_for_itself else "Needed."
            self.add_error("redirect_uris", wrong)
        return values


class ChangeClientForm(ClientForm):
    class Meta:
        model = Client
        fields: ClassVar = ["name", "is_active", "redirect_uris", "scopes", "may_introspect"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["scopes"] = sorted(self.instance.given_scopes)
        self.initial["redirect_uris"] = "\n".join(self.instance.redirect_uris.split())


@admin.register(Client)
class ClientAdmin(AuthorityAdmin):
    add_form = AddClientForm
    change_form = ChangeClientForm
    list_display = ("name", "client_id", "scopes", "is_active")
    list_filter = ("is_active", "may_introspect")
    search_fields = ("name", "client_id")
    search_help_text = "Part of the name, or of the client id"
    ordering = ("name",)
    actions = ("rotate_secret",)
    view_on_site = False  # the toolkit's own pages, which are not served

    def powers_of(self, obj: Client) -> Powers:
        return powers_of_client(obj.given_scopes, obj.may_introspect)

    def get_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        if obj is None:
            return AddClientForm.Meta.fields
        shown = ["is_active", "redirect_uris", "scopes", "may_introspect", "created", "updated"]
        return ["name", "client_id", "kind", *shown]

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        return ("client_id", "kind", "created", "updated") if obj else ()

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To add one leads to its secret, and nowhere else."""
        alone = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**alone, **(extra_context or {})})

    @admin.display
    def kind(self, client: Client) -> str:
        if not client.lets_users_log_in:
            return dict(KINDS)[ITSELF]
        return dict(KINDS)[PUBLIC if client.is_public else USERS]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        values = {**form.cleaned_data, "by": administrator(request)}
        if change:
            send(UpdateClient(client_id=obj.client_id, **values))
            return
        is_public = values.pop("kind") == PUBLIC
        obj.credentials = send(CreateClient(is_public=is_public, **values))
        obj.pk, obj.name = Client.objects.get(client_id=obj.credentials.client_id).pk, values["name"]

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> HttpResponse:
        if not obj.credentials.client_secret:
            return super().response_add(request, obj, post_url_continue)
        return self._show_secret(request, obj.name, obj.credentials)

    @admin.action(description="Give it a new secret: the old one ends", permissions=["change"])
    def rotate_secret(self, request: HttpRequest, queryset: QuerySet[Client]) -> HttpResponse | None:
        if len(queryset) != 1:
            self.message_user(request, "Choose one client: its secret is shown once.", messages.WARNING)
            return None
        (client,) = queryset
        try:
            secret = send(RotateClientSecret(client_id=client.client_id, by=administrator(request)))
        except Refusal as refusal:
            self.message_user(request, f"{client}: {refusal}", messages.WARNING)
            return None
        self.log_change(request, client, "Gave it a new secret.")
        return self._show_secret(request, client.name, Credentials(client.client_id, secret))

    def _show_secret(self, request: HttpRequest, name: str, credentials: Credentials) -> HttpResponse:
        """In the answer to the POST, for there is nowhere it could be fetched from later. Admin pages are
        not cached.
        """
        context = {"title": f"The secret of {name}", "credentials": credentials, "opts": self.opts}
        template = "admin/identity/client/secret.html"
        return TemplateResponse(request, template, {**self.admin_site.each_context(request), **context})
