"""A resource server asks whom a token stands for: RFC 7662."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import AccessToken

from shop.modules.identity.models import Client, User
from tests.identity.flows import (
    SECRET,
    a_user,
    a_web_application,
    an_application,
    by,
    can_introspect,
    tokens_for,
    what_is_known_of,
)

pytestmark = pytest.mark.django_db
INTROSPECT = "/connect/introspect"


def test_a_token_of_a_user_is_told_of() -> None:
    alice, client = a_user(), an_application()
    token = tokens_for(alice, client)["access_token"]

    known = what_is_known_of(token)

    stored = AccessToken.objects.get()
    assert known == {
        "active": True,
        "token_type": "Bearer",
        "client_id": client.client_id,
        "sub": str(alice.id),
        "user_id": str(alice.id),
        "scope": "openid catalog:read",
        "iss": "http://testserver",
        "iat": int(stored.created.timestamp()),
        "exp": int(stored.expires.timestamp()),
    }


def test_a_token_of_a_client_stands_for_the_client() -> None:
    robot = can_introspect(scopes="catalog:read")
    token = by(robot, grant_type="client_credentials").json()["access_token"]

    known = what_is_known_of(token)

    assert (known["sub"], "user_id" in known) == (robot.client_id, False)


def test_a_token_for_certain_resources_says_so() -> None:
    robot = can_introspect(scopes="catalog:read")
    elsewhere = "https://elsewhere.example/api"
    token = by(robot, grant_type="client_credentials", resource=elsewhere).json()["access_token"]

    assert what_is_known_of(token)["aud"] == [elsewhere]


def expire(_: User, __: Client) -> None:
    AccessToken.objects.update(expires=timezone.now())


def revoke(_: User, __: Client) -> None:
    AccessToken.objects.all().delete()


def deactivate_the_user(user: User, _: Client) -> None:
    user.is_active = False
    user.save()


def deactivate_the_client(_: User, client: Client) -> None:
    client.is_active = False
    client.save()


@pytest.mark.parametrize("happens", [expire, revoke, deactivate_the_user, deactivate_the_client])
def test_of_what_cannot_be_used_nothing_is_told(happens: Any) -> None:
    alice, client = a_user(), an_application()
    token = tokens_for(alice, client)["access_token"]

    happens(alice, client)

    assert what_is_known_of(token) == {"active": False}


@pytest.mark.parametrize("kind", ["refresh_token", "id_token"])
def test_other_tokens_are_no_access_tokens(kind: str) -> None:
    assert what_is_known_of(tokens_for(a_user())[kind]) == {"active": False}


def test_a_client_that_was_not_allowed_to_ask_learns_nothing() -> None:
    token = tokens_for(a_user())["access_token"]

    answer = by(a_web_application(), INTROSPECT, token=token)

    assert (answer.status_code, answer.json()["error"]) == (403, "unauthorized_client")


def test_who_does_not_prove_to_be_a_client_learns_nothing() -> None:
    token = tokens_for(a_user())["access_token"]
    public = an_application(may_introspect=True)

    answers = [
        Browser().post(INTROSPECT, {"token": token}),
        Browser().post(INTROSPECT, {"token": token}, headers={"Authorization": f"Bearer {token}"}),
        Browser().post(INTROSPECT, {"token": token, "client_id": public.client_id, "client_secret": ""}),
        by(public, INTROSPECT, token=token),
        by(can_introspect(), INTROSPECT, secret="wrong", token=token),
        by(can_introspect(), INTROSPECT, secret="", token=token),
    ]

    assert {(answer.status_code, answer.json()["error"]) for answer in answers} == {(401, "invalid_client")}
    assert {answer["WWW-Authenticate"] for answer in answers} == {'Basic realm="shop"'}


def test_tokens_are_not_asked_about_in_urls() -> None:
    assert Browser().get(f"{INTROSPECT}?token=some").status_code == 405


def test_a_question_without_a_token_is_refused() -> None:
    assert by(can_introspect(), INTROSPECT).json()["error"] == "invalid_request"


def test_the_secret_may_be_in_the_body() -> None:
    asking = can_introspect()
    proof = {"client_id": asking.client_id, "client_secret": SECRET}

    answer = Browser().post(INTROSPECT, {"token": "unknown", **proof})

    assert answer.json() == {"active": False}
    assert answer["Cache-Control"] == "no-store"
