"""Access tokens by client_credentials, RFC 6749 section 4.4."""

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client as HttpClient
from oauth2_provider.models import AccessToken

from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_client import CreateClient, DuplicateClient, UnknownScope
from shop.modules.identity.models import Client, User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reader(db: None) -> None:
    """A client that was given one scope."""
    send(
        CreateClient(name="Reader", scopes=("catalog:read",), client_id="reader", client_secret="its-secret")
    )


def ask(secret: str = "its-secret", **fields: str) -> Any:
    basic = b64encode(f"reader:{secret}".encode()).decode()
    return HttpClient().post(
        "/connect/token",
        {"grant_type": "client_credentials", **fields},
        headers={"Authorization": f"Basic {basic}"},
    )


def test_a_client_gets_a_token_with_the_scopes_that_it_was_given() -> None:
    answer = ask().json()

    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == 600
    assert answer["scope"] == "catalog:read"


def test_a_client_cannot_get_more_than_it_was_given() -> None:
    answer = ask(scope="catalog:read catalog:write")

    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_scope"


def test_a_wrong_secret_gets_nothing() -> None:
    answer = ask(secret="wrong")

    assert answer.status_code == 401
    assert answer.json()["error"] == "invalid_client"


def test_the_database_holds_no_usable_token() -> None:
    token = ask().json()["access_token"]

    stored = AccessToken.objects.get()
    assert token not in {stored.token, stored.token_checksum}
    assert "its-secret" not in Client.objects.get().client_secret


def test_a_client_is_given_only_scopes_that_exist() -> None:
    with pytest.raises(UnknownScope, match="catalog:everything"):
        send(CreateClient(name="Greedy", scopes=("catalog:read", "catalog:everything")))


def test_an_id_belongs_to_one_client() -> None:
    with pytest.raises(DuplicateClient):
        send(CreateClient(name="Twin", scopes=("catalog:read",), client_id="reader"))


def test_guesses_no_passwords_for_anybody() -> None:
    User.objects.create_user("alice", password="correct horse 1")

    answers = [
        ask(grant_type="password", username="alice", password=guess) for guess in ("wrong", "correct horse 1")
    ]

    assert {answer.json()["error"] for answer in answers} == {"unsupported_grant_type"}


@pytest.mark.parametrize("fields", [{"client_id": "a\0b"}, {"scope": "\0"}])
def test_a_nul_is_a_bad_request(fields: dict[str, str]) -> None:
    answer = HttpClient().post("/connect/token", {"grant_type": "client_credentials", **fields})

    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})


def test_a_nul_in_the_credentials_is_a_bad_request() -> None:
    assert ask(secret="a\0b").json() == {"error": "invalid_request"}
