"""A client hands back its tokens: RFC 7009."""

import pytest

from tests.identity.flows import a_user, a_web_application, an_application, by, opens, refreshed, tokens_for

pytestmark = pytest.mark.django_db
REVOKE = "/connect/revoke"


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("hint", ["", "access_token", "refresh_token", "nonsense"])
def test_either_token_ends_both(kind: str, hint: str) -> None:
    client = a_web_application()
    tokens = tokens_for(a_user(), client)

    assert by(client, REVOKE, token=tokens[kind], token_type_hint=hint).status_code == 200

    assert not opens(tokens["access_token"])
    assert refreshed(client, tokens["refresh_token"]).status_code == 400


def test_a_client_hands_back_its_own_only() -> None:
    client = an_application()
    tokens = tokens_for(a_user(), client)

    assert by(a_web_application(), REVOKE, token=tokens["access_token"]).status_code == 200

    assert opens(tokens["access_token"])


def test_an_unknown_token_is_no_error() -> None:
    assert by(a_web_application(), REVOKE, token="unknown").status_code == 200


def test_a_client_that_does_not_prove_itself_is_refused() -> None:
    client = a_web_application()
    tokens = tokens_for(a_user(), client)

    answer = by(client, REVOKE, secret="wrong", token=tokens["access_token"])

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"] == 'Basic realm="shop"'
    assert opens(tokens["access_token"])
