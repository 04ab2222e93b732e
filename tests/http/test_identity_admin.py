"""Users, groups, clients and tokens in the admin: changed by commands, and within one's own power."""

import re
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_client import CreateClient
from shop.modules.identity.models import AccessToken, Group, RefreshToken, User
from shop.modules.identity.models import Client as OAuthClient
from tests.identity.arrange import (
    a_group,
    a_superuser,
    a_user,
    an_administrator,
    living_tokens,
    permissions,
    tokens_for,
)

pytestmark = pytest.mark.django_db

EVERYTHING_HERE = tuple(
    f"identity.{verb}_{model}"
    for model in ("user", "group", "client", "accesstoken", "refreshtoken")
    for verb in ("view", "add", "change", "delete")
)
USER = MappingProxyType(
    {"first_name": "Alice", "last_name": "", "email": "alice@example.org", "version": "1"}
)
GROUP = MappingProxyType({"name": "Buyers", "scopes": ["catalog:read"]})
CLIENT = MappingProxyType(
    {"name": "Web", "client_id": "web", "kind": "itself", "redirect_uris": "", "scopes": ["catalog:read"]}
)


def logged_in(user_id: UUID) -> Client:
    client = Client()
    client.force_login(User.objects.get(id=user_id))
    return client


@pytest.fixture
def root(db: None) -> Client:
    return logged_in(a_superuser())


@pytest.fixture
def boss(db: None) -> Client:
    """May do everything on these pages, and read the catalog."""
    return logged_in(an_administrator(*EVERYTHING_HERE, "catalog:read"))


def url(page: str, *args: Any) -> str:
    return reverse(f"admin:identity_{page}", args=args)


def shown(client: Client, page: str, *args: Any) -> str:
    return client.get(url(page, *args)).content.decode()


def act(client: Client, model: str, action: str, *keys: Any) -> Any:
    data = {"action": action, "_selected_action": [str(key) for key in keys]}
    return client.post(url(f"{model}_changelist"), data, follow=True)


def log() -> set[str]:
    return {entry.get_change_message() for entry in LogEntry.objects.all()}


def test_a_user_is_changed_by_the_form(root: Client) -> None:
    alice, buyers = a_user(), a_group("Buyers", "catalog:read")

    root.post(url("user_change", alice), {**USER, "is_staff": "on", "groups": [buyers]})

    user = User.objects.get(id=alice)
    assert (user.first_name, user.is_staff, user.version) == ("Alice", True, 2)
    assert list(user.groups.values_list("pk", flat=True)) == [buyers]
    assert log() == {"Changed First name, Staff status and Groups."}


def test_a_stale_form_overwrites_nothing(root: Client) -> None:
    alice = a_user(first_name="Alicia")

    answer = root.post(url("user_change", alice), dict(USER)).content.decode()

    assert "It has version 2 by now" in answer
    assert User.objects.get(id=alice).first_name == "Alicia"


def test_users_are_locked_out_and_let_in_again(root: Client) -> None:
    alice, bob = a_user("alice"), a_user("bob")
    tokens_for(alice, "openid")
    session = logged_in(alice)

    said = act(root, "user", "deactivate", alice, bob, a_superuser()).content.decode()

    assert "2 users deactivated." in said
    assert "User root: Nobody deactivates themselves" in said
    assert living_tokens() == 0
    assert session.get(url("user_changelist")).status_code == 302
    assert log() == {"Deactivated."}

    act(root, "user", "activate", alice)
    assert User.objects.get(id=alice).is_active
    assert session.get("/admin/").status_code == 302


def test_a_password_is_set_by_a_form_that_judges_it(root: Client) -> None:
    alice = a_user()

    def set_password(first: str, second: str) -> Any:
        return root.post(url("user_password", alice), {"new_password1": first, "new_password2": second})

    assert "too short" in set_password("short", "short").content.decode()
    assert "match" in set_password("battery staple 2", "battery staple 3").content.decode()
    assert User.objects.get(id=alice).check_password("correct horse 1")
    assert set_password("battery staple 2", "battery staple 2")["Location"] == url("user_change", alice)
    assert User.objects.get(id=alice).check_password("battery staple 2")
    assert log() == {"Set a password."}


def test_nobody_is_deleted(root: Client) -> None:
    client = send(CreateClient(name="Web", scopes=("catalog:read",)))
    key = OAuthClient.objects.get(client_id=client.client_id).pk
    tokens = tokens_for(a_user(), "openid")

    for page, pk in (
        ("user", a_superuser()),
        ("client", key),
        ("accesstoken", tokens.access_token_id),
        ("refreshtoken", tokens.pk),
    ):
        assert root.post(url(f"{page}_delete", pk), {"post": "yes"}).status_code == 403


def test_a_group_is_made_changed_and_deleted(root: Client) -> None:
    held = permissions("catalog.view_product")

    root.post(url("group_add"), {**GROUP, "permissions": list(held)})
    group = Group.objects.get()
    assert (group.name, group.granted.scopes) == ("Buyers", "catalog:read")
    assert list(group.permissions.values_list("codename", flat=True)) == ["view_product"]
    assert re.search('value="catalog:read"[^>]* checked', shown(root, "group_change", group.pk))

    root.post(url("group_change", group.pk), {"name": "Clerks", "scopes": ["users:read", "inventory:read"]})
    group = Group.objects.get()
    assert (group.name, group.granted.scopes) == ("Clerks", "inventory:read users:read")
    assert not group.permissions.exists()

    root.post(url("group_delete", group.pk), {"post": "yes"})
    assert not Group.objects.exists()


def test_a_secret_is_shown_once_on_a_page_that_is_not_kept(root: Client) -> None:
    answer = root.post(url("client_add"), dict(CLIENT))

    (secret,) = re.findall('id="client-secret"[^>]*>([^<]+)<', answer.content.decode())
    assert len(secret) >= 32
    assert "no-store" in answer["Cache-Control"]
    client = OAuthClient.objects.get()
    for page in (shown(root, "client_changelist"), shown(root, "client_change", client.pk)):
        assert secret not in page
        assert client.client_secret not in page
    assert secret not in "".join(log())


def test_a_client_that_is_sent_twice_is_made_once(root: Client) -> None:
    root.post(url("client_add"), dict(CLIENT))
    before = OAuthClient.objects.get().client_secret

    answer = root.post(url("client_add"), dict(CLIENT)).content.decode()

    assert "There is a client with the id web." in answer
    assert OAuthClient.objects.get().client_secret == before


def test_a_new_secret_is_shown_once_and_for_one_client_only(root: Client) -> None:
    root.post(url("client_add"), dict(CLIENT))
    root.post(url("client_add"), {**CLIENT, "client_id": "other"})
    first, second = OAuthClient.objects.order_by("pk")

    assert "Choose one client" in act(root, "client", "rotate_secret", first.pk, second.pk).content.decode()
    answer = act(root, "client", "rotate_secret", first.pk)

    assert "no-store" in answer["Cache-Control"]
    assert 'id="client-secret"' in answer.content.decode()
    assert OAuthClient.objects.get(pk=first.pk).client_secret != first.client_secret
    assert OAuthClient.objects.get(pk=second.pk).client_secret == second.client_secret
    assert "Gave it a new secret." in log()


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": "users"}, "Needed."),
        ({"redirect_uris": "https://shop.example/"}, "Of no use to a client that acts for itself."),
        ({"kind": "users", "redirect_uris": "http://shop.example/"}, "it has to be https"),
        ({"kind": "public", "redirect_uris": "https://shop.example/", "may_introspect": "on"}, "no secret"),
        ({"client_id": "a b"}, "1 to 100 of A-Z"),
        ({"scopes": ["catalog:everything"]}, "Select a valid choice"),
        ({"kind": "other"}, "Select a valid choice"),
    ],
)
def test_a_client_that_does_not_fit_is_refused_in_the_form(
    root: Client, fields: dict[str, Any], said: str
) -> None:
    answer = root.post(url("client_add"), {**CLIENT, **fields}).content.decode()

    assert said in answer
    assert 'value="Web"' in answer
    assert not OAuthClient.objects.exists()


def test_a_public_client_is_made_without_a_secret_and_changed(root: Client) -> None:
    uris = "http://localhost:3000/\nhttps://shop.example/callback"
    answer = root.post(url("client_add"), {**CLIENT, "kind": "public", "redirect_uris": uris})
    assert answer.status_code == 302
    client = OAuthClient.objects.get()
    assert uris in shown(root, "client_change", client.pk)

    changed = {"name": "App", "scopes": ["openid"], "redirect_uris": "http://localhost/"}
    root.post(url("client_change", client.pk), changed)

    client.refresh_from_db()
    assert (client.name, client.scopes, client.redirect_uris) == ("App", "openid", "http://localhost/")
    assert not client.is_active
    assert "Changed" in "".join(log())


def test_tokens_are_listed_and_never_shown(root: Client) -> None:
    refresh = tokens_for(a_user(), "openid", "profile")
    access = refresh.access_token

    for page in ("accesstoken", "refreshtoken"):
        key = access.pk if page == "accesstoken" else refresh.pk
        for text in (shown(root, f"{page}_changelist"), shown(root, f"{page}_change", key)):
            assert "alice" in text
            assert "openid profile" in text
            for secret in (access.token, access.token_checksum, refresh.token, refresh.token_checksum):
                assert secret not in text


def test_one_or_many_tokens_are_revoked(root: Client) -> None:
    alice = a_user()
    first, second, third = (tokens_for(alice, "openid") for _ in range(3))

    said = act(root, "accesstoken", "revoke", first.access_token_id).content.decode()
    said += act(root, "refreshtoken", "revoke", second.pk, third.pk).content.decode()

    assert "1 access token revoked." in said
    assert "2 refresh tokens revoked." in said
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.filter(revoked=None).exists()
    assert log() == {"Revoked."}


def test_who_may_only_look_revokes_nothing() -> None:
    viewer = logged_in(an_administrator("identity.view_accesstoken", "identity.view_user"))
    tokens = tokens_for(a_user(), "openid")

    act(viewer, "accesstoken", "revoke", tokens.access_token_id)
    act(viewer, "user", "deactivate", User.objects.get(username="alice").pk)

    assert living_tokens() == 2
    assert User.objects.get(username="alice").is_active


@pytest.mark.parametrize("sent", [{"is_superuser": "on"}, {"is_superuser": "on", "user_permissions": ["1"]}])
def test_nobody_becomes_a_superuser_by_the_admin(root: Client, boss: Client, sent: dict[str, Any]) -> None:
    alice = a_user()

    for administrator, version in ((root, "1"), (boss, "2")):
        answer = administrator.post(url("user_change", alice), {**USER, **sent, "version": version})
        assert answer.status_code == 302
    root.post(url("user_add"), {"username": "eve", **sent})

    assert [user.username for user in User.objects.filter(is_superuser=True)] == ["root"]
    assert not User.objects.exclude(user_permissions=None).exists()


def test_who_has_less_changes_nobody_who_has_more(boss: Client) -> None:
    clerk = an_administrator("inventory:write", username="clerk")
    clerks = Group.objects.get(name="clerks").pk
    strong = send(CreateClient(name="Strong", scopes=("catalog:write",)))
    key = OAuthClient.objects.get(client_id=strong.client_id).pk

    for stronger in (a_superuser(), clerk):
        assert 'name="email"' not in shown(boss, "user_change", stronger)
        assert boss.post(url("user_change", stronger), dict(USER)).status_code == 403
        assert boss.post(url("user_password", stronger), {}).status_code == 403
    assert boss.post(url("group_change", clerks), dict(GROUP)).status_code == 403
    assert boss.post(url("group_delete", clerks), {"post": "yes"}).status_code == 403
    assert boss.post(url("client_change", key), {"name": "Mine"}).status_code == 403
    assert "You would need to have yourself" in act(boss, "user", "deactivate", clerk).content.decode()
    assert "You would need to have yourself" in act(boss, "client", "rotate_secret", key).content.decode()
    assert User.objects.filter(is_active=False).count() == 0


def test_nobody_gives_more_than_they_have(boss: Client) -> None:
    me = User.objects.get(username="boss")
    writers = a_group("Writers", "catalog:write")
    mine = {**USER, "email": me.email, "version": me.version, "groups": [writers]}
    add = list(permissions("catalog.add_product"))

    for answer in (
        boss.post(url("user_change", me.pk), mine),
        boss.post(url("group_add"), {"name": "Mine", "scopes": ["catalog:write"]}),
        boss.post(url("group_add"), {"name": "Mine", "permissions": add}),
        boss.post(url("client_add"), {**CLIENT, "scopes": ["catalog:write"]}),
        boss.post(url("client_add"), {**CLIENT, "may_introspect": "on"}),
    ):
        assert "You would need to have yourself" in answer.content.decode()
    assert "catalog:write" not in me.allowed_scopes()
    assert not OAuthClient.objects.exists()
    assert not Group.objects.filter(name="Mine").exists()


@pytest.mark.parametrize("model", ["user", "group", "client", "accesstoken", "refreshtoken"])
def test_a_longer_list_asks_no_more_questions(root: Client, model: str) -> None:
    asked = []
    for count in (2, 4):
        for number in range(2):
            name = f"{model}-{count}-{number}"
            tokens_for(a_user(name, groups=frozenset({a_group(name, "catalog:read")})), "openid")
        with CaptureQueriesContext(connections["identity"]) as queries:
            assert root.get(url(f"{model}_changelist")).status_code == 200
        asked.append(len(queries))

    assert asked[0] == asked[1]
