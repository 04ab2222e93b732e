"""Clients: what they are given, and what they are never given back."""

from base64 import b64encode
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as HttpClient

from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_client import (
    CreateClient,
    Credentials,
    DuplicateClient,
    NothingToProveItselfBy,
    UnfitClientId,
)
from shop.modules.identity.features.rotate_client_secret import HasNoSecret, RotateClientSecret
from shop.modules.identity.features.update_client import KindOfClientStays, MayNotIntrospect, UpdateClient
from shop.modules.identity.models import AccessToken, Client
from shop.modules.identity.models.redirects import UnfitRedirectUri
from shop.modules.identity.models.scopes import UnknownScope
from tests.identity.arrange import a_superuser, a_user, an_access_token, living_tokens, tokens_for

pytestmark = pytest.mark.django_db
CALLBACK = "https://shop.example/callback"


def a_client(**fields: Any) -> Credentials:
    return send(CreateClient(**{"name": "Reader", "scopes": ("catalog:read",)} | fields))


def change(client_id: str, **fields: Any) -> None:
    """What is not named stays."""
    client = Client.objects.get(client_id=client_id)
    known: dict[str, Any] = {name: getattr(client, name) for name in ("name", "may_introspect", "is_active")}
    known |= {"scopes": client.given_scopes, "redirect_uris": tuple(client.redirect_uris.split())}
    send(UpdateClient(client_id=client_id, by=a_superuser(), **known | fields))


def token_status(credentials: Credentials) -> int:
    basic = b64encode(f"{credentials.client_id}:{credentials.client_secret}".encode()).decode()
    answer = HttpClient().post(
        "/connect/token",
        {"grant_type": "client_credentials"},
        headers={"Authorization": f"Basic {basic}"},
    )
    return answer.status_code


def test_one_that_acts_for_itself_gets_tokens_by_its_secret() -> None:
    assert token_status(a_client()) == 200


def test_its_secret_is_long_random_and_stored_as_a_hash() -> None:
    first, second = a_client(), a_client()

    assert len(first.client_secret) >= 32
    assert first.client_secret != second.client_secret
    assert first.client_secret not in Client.objects.get(client_id=first.client_id).client_secret
    assert first.client_secret not in repr(first)


def test_one_that_lets_users_log_in_has_redirect_uris() -> None:
    credentials = a_client(redirect_uris=(CALLBACK, "http://127.0.0.1:4711/", CALLBACK))

    client = Client.objects.get()
    assert client.lets_users_log_in
    assert client.redirect_uris.split() == [CALLBACK, "http://127.0.0.1:4711/"]
    assert token_status(credentials) == 400  # not for itself


def test_a_public_one_has_no_secret() -> None:
    assert a_client(is_public=True, redirect_uris=(CALLBACK,)).client_secret == ""
    assert Client.objects.get().is_public


@pytest.mark.parametrize("fields", [{}, {"redirect_uris": (CALLBACK,), "may_introspect": True}])
def test_what_needs_a_secret_is_not_for_a_public_one(fields: dict[str, Any]) -> None:
    with pytest.raises(NothingToProveItselfBy):
        a_client(is_public=True, **fields)


@pytest.mark.parametrize(
    "uri",
    [
        "http://shop.example/callback",
        "https://shop.example/callback#part",
        "https://shop.example/callback#",
        "https://*.shop.example/callback",
        "https://shop.example/*",
        "//shop.example/callback",
        "/callback",
        "https:///callback",
        "https://user@shop.example/",
        "https://shop.example:port/",
        "https://[::1/",
        "http://127.0.0.1.shop.example/",
        "http://localhost.shop.example/",
        "javascript:alert(1)",
        "com.example.app:/callback",
        "https://shop.example/a b",
        "https://shop.example/\r\nX: y",
        "https://shop.example\\@evil.example/",
        "https://shöp.example/",
        "",
    ],
)
def test_refuses_redirect_uris_that_could_lead_elsewhere(uri: str) -> None:
    with pytest.raises(UnfitRedirectUri):
        a_client(redirect_uris=(CALLBACK, uri))


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1/",
        "http://[::1]:8080/callback",
        "http://localhost:3000/callback",
        "https://shop.example:8443/callback?of=shop&x=%20",
    ],
)
def test_takes_what_leads_home(uri: str) -> None:
    a_client(redirect_uris=(uri,))

    assert Client.objects.get().redirect_uris == uri


@pytest.mark.parametrize("client_id", ["a b", "a:b", "a\0", "ü", "x" * 101])
def test_refuses_ids_that_cannot_be_sent(client_id: str) -> None:
    with pytest.raises(UnfitClientId):
        a_client(client_id=client_id)


def test_an_id_belongs_to_one_client() -> None:
    a_client(client_id="reader")

    with pytest.raises(DuplicateClient):
        a_client(client_id="reader")


def test_scopes_that_are_taken_from_it_its_tokens_lose_at_once() -> None:
    credentials = a_client(scopes=("catalog:read", "inventory:read"))
    client = Client.objects.get()
    an_access_token(client, "catalog:read")
    kept = tokens_for(a_user(), "inventory:read", client=client).access_token

    change(credentials.client_id, scopes=frozenset({"inventory:read"}))

    assert [token.pk for token in AccessToken.objects.all()] == [kept.pk]


def test_a_deactivated_one_is_out_at_once() -> None:
    credentials = a_client()
    tokens_for(a_user(), "catalog:read", client=Client.objects.get())

    change(credentials.client_id, is_active=False)

    assert living_tokens() == 0
    assert token_status(credentials) in {400, 401}


def test_what_it_is_for_stays() -> None:
    service, web = a_client(), a_client(redirect_uris=(CALLBACK,))
    public = a_client(is_public=True, redirect_uris=(CALLBACK,))

    with pytest.raises(KindOfClientStays):
        change(service.client_id, redirect_uris=(CALLBACK,))
    with pytest.raises(KindOfClientStays):
        change(web.client_id, redirect_uris=())
    with pytest.raises(MayNotIntrospect):
        change(public.client_id, may_introspect=True)
    with pytest.raises(UnknownScope):
        change(service.client_id, scopes=frozenset({"catalog:everything"}))
    with pytest.raises(UnfitRedirectUri):
        change(web.client_id, redirect_uris=("http://shop.example/",))


def test_a_new_secret_ends_the_old_one_and_what_the_client_got_by_it_for_itself() -> None:
    old = a_client()
    client = Client.objects.get()
    an_access_token(client, "catalog:read")
    kept = tokens_for(a_user(), "catalog:read", client=client).access_token

    new = send(RotateClientSecret(client_id=old.client_id, by=a_superuser()))

    assert token_status(old) == 401
    assert [token.pk for token in AccessToken.objects.all()] == [kept.pk]
    assert token_status(Credentials(old.client_id, new)) == 200


def test_a_public_one_has_none_to_renew() -> None:
    credentials = a_client(is_public=True, redirect_uris=(CALLBACK,))

    with pytest.raises(HasNoSecret):
        send(RotateClientSecret(client_id=credentials.client_id, by=a_superuser()))


def run(*arguments: str) -> dict[str, str]:
    out = StringIO()
    call_command("create_client", *arguments, stdout=out)
    return dict(line.split("=", 1) for line in out.getvalue().splitlines())


def test_operators_make_every_kind_at_the_console() -> None:
    service = run("Service", "catalog:read")
    web = run("Web", "openid", "--redirect-uri", CALLBACK, "--redirect-uri", "http://localhost/")
    public = run("App", "openid", "--redirect-uri", CALLBACK, "--public")
    resource = run("Resource", "catalog:read", "--may-introspect")

    assert [set(made) for made in (service, web, public, resource)] == [
        {"client_id", "client_secret"},
        {"client_id", "client_secret"},
        {"client_id"},
        {"client_id", "client_secret"},
    ]
    clients = {client.name: client for client in Client.objects.all()}
    assert clients["Web"].redirect_uris.split() == [CALLBACK, "http://localhost/"]
    assert [client.name for client in clients.values() if client.is_public] == ["App"]
    assert [client.name for client in clients.values() if client.may_introspect] == ["Resource"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("Reader", "catalog:everything"), "No such scope: catalog:everything"),
        (("", "catalog:read"), "1 to 255 characters"),
        (("x" * 256, "catalog:read"), "1 to 255 characters"),
        (("Reader", "catalog:read", "--public"), "A public client has no secret"),
        (("Reader", "openid", "--redirect-uri", "http://shop.example/"), "it has to be https"),
    ],
)
def test_at_the_console_a_refusal_is_told_in_its_own_words(arguments: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*arguments)
    assert not Client.objects.exists()
