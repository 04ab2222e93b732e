"""Refresh tokens rotate, and a stolen one does not last: RFC 9700, section 4.14."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken

from shop.modules.identity.models import Client, User
from tests.identity.flows import a_user, a_web_application, an_application, opens, refreshed, tokens_for
from tests.support import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return a_user()


@pytest.fixture(params=["a public client", "a confidential client"])
def client_(request: pytest.FixtureRequest) -> Client:
    return an_application() if "public" in request.param else a_web_application()


def is_refused(answer: Any) -> bool:
    return (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_a_refresh_gives_new_tokens_and_ends_the_old_ones(alice: User, client_: Client) -> None:
    first = tokens_for(alice, client_)

    second = refreshed(client_, first["refresh_token"]).json()

    assert second["refresh_token"] != first["refresh_token"]
    assert (opens(first["access_token"]), opens(second["access_token"])) == (False, True)


def test_a_replay_ends_the_whole_family(alice: User, client_: Client) -> None:
    first = tokens_for(alice, client_)
    second = refreshed(client_, first["refresh_token"]).json()
    third = refreshed(client_, second["refresh_token"]).json()

    assert is_refused(refreshed(client_, first["refresh_token"]))

    assert not opens(third["access_token"])
    assert is_refused(refreshed(client_, third["refresh_token"]))


def test_a_replay_leaves_other_logins_alone(alice: User, client_: Client) -> None:
    stolen, other = tokens_for(alice, client_), tokens_for(alice, client_)
    refreshed(client_, stolen["refresh_token"])

    refreshed(client_, stolen["refresh_token"])

    assert opens(other["access_token"])


def test_another_client_cannot_use_it_nor_end_it(alice: User, client_: Client) -> None:
    tokens = tokens_for(alice, client_)

    assert is_refused(refreshed(an_application(), tokens["refresh_token"]))

    assert opens(tokens["access_token"])
    assert refreshed(client_, tokens["refresh_token"]).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_of_many_refreshes_at_once_one_succeeds_and_the_family_ends() -> None:
    """Two may be the client and the thief; so may a client that does not wait for its own answer."""
    client = an_application()
    tokens = tokens_for(a_user(), client)

    answers = at_once(*[lambda: refreshed(client, tokens["refresh_token"])] * 6)

    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400, 400]
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.filter(revoked=None).exists()


def test_a_refresh_may_ask_for_less_and_not_for_more(alice: User, client_: Client) -> None:
    tokens = tokens_for(alice, client_, scope="openid catalog:read")

    more = refreshed(client_, tokens["refresh_token"], scope="catalog:read catalog:write")
    less = refreshed(client_, tokens["refresh_token"], scope="catalog:read")

    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")
    assert less.json()["scope"] == "catalog:read"


def test_what_the_user_has_lost_is_gone_with_the_next_refresh(alice: User, client_: Client) -> None:
    tokens = tokens_for(alice, client_)
    alice.groups.clear()

    assert refreshed(client_, tokens["refresh_token"]).json()["scope"] == "openid"


def test_a_deactivated_user_gets_no_more(alice: User, client_: Client) -> None:
    tokens = tokens_for(alice, client_)
    alice.is_active = False
    alice.save()

    assert is_refused(refreshed(client_, tokens["refresh_token"]))
    assert not opens(tokens["access_token"])


def test_a_deactivated_client_gets_no_more(alice: User, client_: Client) -> None:
    tokens = tokens_for(alice, client_)
    client_.is_active = False
    client_.save()

    assert refreshed(client_, tokens["refresh_token"]).json()["error"] == "invalid_client"
    assert not opens(tokens["access_token"])


def test_a_login_ends_after_two_weeks_without_a_refresh(alice: User, client_: Client) -> None:
    tokens = tokens_for(alice, client_)
    AccessToken.objects.update(expires=timezone.now() - timedelta(days=14, seconds=1))

    assert is_refused(refreshed(client_, tokens["refresh_token"]))


def test_a_login_ends_after_thirty_days_however_often_it_was_refreshed(alice: User, client_: Client) -> None:
    first = tokens_for(alice, client_)
    second = refreshed(client_, first["refresh_token"]).json()
    RefreshToken.objects.exclude(revoked=None).update(created=timezone.now() - timedelta(days=30, seconds=1))

    assert is_refused(refreshed(client_, second["refresh_token"]))
    assert not opens(second["access_token"])


def test_a_refresh_token_opens_nothing_itself(alice: User, client_: Client) -> None:
    assert not opens(tokens_for(alice, client_)["refresh_token"])


def test_a_confidential_client_needs_its_secret(alice: User) -> None:
    client = a_web_application()
    tokens = tokens_for(alice, client)

    answer = refreshed(client, tokens["refresh_token"], secret="wrong")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert opens(tokens["access_token"])
