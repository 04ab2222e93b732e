"""A code becomes tokens once, for the client it was given to, by who began the flow."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from oauth2_provider.models import AccessToken, RefreshToken

from shop.modules.identity.models import Grant
from tests.identity.flows import (
    CALLBACK,
    Request,
    a_user,
    a_web_application,
    an_application,
    by,
    opens,
    refreshed,
)
from tests.support import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["a public client", "a confidential client"])
def request_by(request: pytest.FixtureRequest) -> Any:
    return Request(an_application() if "public" in request.param else a_web_application())


def refused(answer: Any, error: str = "invalid_grant", status: int = 400) -> bool:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.content
    assert not AccessToken.objects.exists()
    return True


def test_a_code_becomes_tokens(request_by: Request) -> None:
    answer = request_by.exchanged(request_by.allowed_by(a_user()))

    tokens = answer.json()
    assert tokens.keys() == {
        "access_token",
        "expires_in",
        "token_type",
        "scope",
        "refresh_token",
        "id_token",
    }
    assert answer["Cache-Control"] == "no-store"
    assert opens(tokens["access_token"])


def test_the_database_holds_no_token_that_can_be_used(request_by: Request) -> None:
    tokens = request_by.exchanged(request_by.allowed_by(a_user())).json()

    access, refresh = AccessToken.objects.get(), RefreshToken.objects.get()
    assert (access.token, refresh.token) == ("", "")
    assert not opens(access.token_checksum)
    assert refreshed(request_by.client, refresh.token_checksum).status_code == 400
    assert tokens["access_token"] not in str(vars(access))


def test_the_address_need_not_be_said_again(request_by: Request) -> None:
    """OAuth 2.1, section 4.1.3; also with several of them."""
    request_by.client.redirect_uris += " https://app.example/other"
    request_by.client.save()

    answer = request_by.exchanged(request_by.allowed_by(a_user()), redirect_uri="")

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "fields",
    [
        {"code_verifier": "v" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "https://app.example/other"},
        {"code": "no code"},
    ],
)
def test_what_does_not_fit_the_code_is_refused(request_by: Request, fields: dict[str, str]) -> None:
    request_by.client.redirect_uris = f"{CALLBACK} https://app.example/other"
    request_by.client.save()
    answer = request_by.exchanged(request_by.allowed_by(a_user()), **fields)

    assert answer.status_code == 400
    assert answer.json()["error"] in {"invalid_grant", "invalid_request"}
    assert not AccessToken.objects.exists()


def test_the_code_of_another_client_is_refused_and_stays_good(request_by: Request) -> None:
    code = request_by.allowed_by(a_user())
    thief = Request(an_application(), verifier=request_by.verifier)

    assert refused(thief.exchanged(code))
    assert request_by.exchanged(code).status_code == 200


def test_a_code_is_good_for_a_minute(request_by: Request) -> None:
    code = request_by.allowed_by(a_user())
    Grant.objects.update(expires=timezone.now() - timedelta(seconds=1))

    assert refused(request_by.exchanged(code))


def test_the_code_of_somebody_who_was_deactivated_is_refused(request_by: Request) -> None:
    alice = a_user()
    code = request_by.allowed_by(alice)
    alice.is_active = False
    alice.save()

    assert refused(request_by.exchanged(code))


def test_what_the_user_lost_in_the_meantime_is_not_given(request_by: Request) -> None:
    alice = a_user()
    code = request_by.allowed_by(alice)
    alice.groups.clear()

    assert request_by.exchanged(code).json()["scope"] == "openid"


def test_a_code_that_comes_again_revokes_what_it_gave(request_by: Request) -> None:
    code = request_by.allowed_by(a_user())
    tokens = request_by.exchanged(code).json()

    assert request_by.exchanged(code).status_code == 400

    assert not opens(tokens["access_token"])
    assert refreshed(request_by.client, tokens["refresh_token"]).status_code == 400


def test_also_after_the_tokens_were_refreshed(request_by: Request) -> None:
    code = request_by.allowed_by(a_user())
    first = request_by.exchanged(code).json()
    second = refreshed(request_by.client, first["refresh_token"]).json()

    request_by.exchanged(code)

    assert not opens(second["access_token"])


@pytest.mark.django_db(transaction=True)
def test_of_many_exchanges_at_once_one_succeeds_and_the_tokens_are_revoked() -> None:
    request = Request(an_application())
    code = request.allowed_by(a_user())

    answers = at_once(*[lambda: request.exchanged(code)] * 6)

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 400, 400, 400, 400, 400]
    assert not AccessToken.objects.exists()


def test_a_confidential_client_needs_its_secret() -> None:
    request = Request(a_web_application())
    code = request.allowed_by(a_user())

    assert refused(request.exchanged(code, secret="wrong"), "invalid_client", 401)
    assert refused(
        by(an_application(client_id="x", redirect_uris=CALLBACK), grant_type="authorization_code", code=code)
    )
