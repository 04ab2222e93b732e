"""Access tokens by client_credentials, RFC 6749 section 4.4."""

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client as HttpClient
from oauth2_provider.models import AbstractApplication, AccessToken

from shop.modules.identity.models import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reader(db: None) -> Client:
    """A client that was given one scope."""
    return Client.objects.create(
        client_id="reader",
        client_secret="its-secret",
        client_type=AbstractApplication.CLIENT_CONFIDENTIAL,
        authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
        scopes="catalog:read",
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
