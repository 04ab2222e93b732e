"""Access tokens by client_credentials, RFC 6749 section 4.4, and what no client may do at the endpoint."""

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client as HttpClient
from oauth2_provider.models import AbstractApplication, AccessToken
from pytest_django.fixtures import Settings

from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_client import CreateClient, DuplicateClient
from shop.modules.identity.models import Client
from shop.modules.identity.models.scopes import UnknownScope
from tests.identity.flows import SECRET, a_user, a_web_application, by, switch_passwords_on

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def reader(db: None) -> None:
    """A client that was given one scope."""
    a_web_application(
        client_id="reader",
        scopes="catalog:read",
        redirect_uris="",
        authorization_grant_type=AbstractApplication.GRANT_CLIENT_CREDENTIALS,
    )


def ask(secret: str = SECRET, **fields: str) -> Any:
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
    assert SECRET not in Client.objects.get().client_secret


def test_a_client_is_given_only_scopes_that_exist() -> None:
    with pytest.raises(UnknownScope, match="catalog:everything"):
        send(CreateClient(name="Greedy", scopes=("catalog:read", "catalog:everything")))


def test_an_id_belongs_to_one_client() -> None:
    with pytest.raises(DuplicateClient):
        send(CreateClient(name="Twin", scopes=("catalog:read",), client_id="reader"))


PASSWORD = {"grant_type": "password", "username": "alice", "password": "correct horse 1"}


def test_nobody_can_guess_passwords_by_it() -> None:
    a_user()

    answers = [ask(**{**PASSWORD, "password": guess}) for guess in ("wrong", PASSWORD["password"])]

    assert {answer.json()["error"] for answer in answers} == {"unsupported_grant_type"}


class TestPasswordsSwitchedOn:
    """For old clients, by the setting PASSWORD_GRANT."""

    @pytest.fixture(autouse=True)
    def _switched_on(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        switch_passwords_on(settings, monkeypatch)

    @pytest.fixture
    def old(self) -> Client:
        return a_web_application(authorization_grant_type=Client.GRANT_PASSWORD)

    @pytest.mark.filterwarnings("ignore:.*password credentials grant")
    def test_a_client_gets_tokens_with_what_the_user_may(self, old: Client) -> None:
        a_user(scopes="catalog:read")

        assert by(old, **PASSWORD).json()["scope"] == "openid profile email catalog:read"

    @pytest.mark.filterwarnings("ignore:.*password credentials grant")
    @pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}])
    def test_a_wrong_password_gets_nothing(self, old: Client, wrong: dict[str, str]) -> None:
        a_user()

        answer = by(old, **{**PASSWORD, **wrong})

        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")

    @pytest.mark.filterwarnings("ignore:.*password credentials grant")
    def test_guesses_are_limited_like_those_at_the_login_page(self, old: Client) -> None:
        a_user()

        right = [by(old, **PASSWORD).status_code for _ in range(6)]
        wrong = [by(old, **{**PASSWORD, "password": "guess"}).status_code for _ in range(5)]

        assert (right, wrong) == ([200] * 6, [400] * 5)
        assert by(old, **PASSWORD).json()["error"] == "invalid_grant"

    def test_other_clients_still_cannot(self) -> None:
        a_user()

        assert ask(**PASSWORD).json()["error"] == "unauthorized_client"


@pytest.mark.parametrize(
    "grant_type", ["implicit", "urn:ietf:params:oauth:grant-type:device_code", "authorization_code", ""]
)
def test_a_client_has_one_kind_of_grant(grant_type: str) -> None:
    answer = ask(grant_type=grant_type, code="some")

    assert answer.status_code == 400
    assert answer.json()["error"] in {"unsupported_grant_type", "unauthorized_client", "invalid_grant"}


@pytest.mark.parametrize("fields", [{"client_id": "a\0b"}, {"scope": "\0"}])
def test_a_nul_is_a_bad_request(fields: dict[str, str]) -> None:
    answer = HttpClient().post("/connect/token", {"grant_type": "client_credentials", **fields})

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_a_nul_in_the_credentials_is_a_bad_request() -> None:
    assert ask(secret="a\0b").json()["error"] == "invalid_request"


@pytest.mark.parametrize("credentials", ["!", "bm8gY29sb24", "/w=="])
def test_credentials_that_cannot_be_read_are_none(credentials: str) -> None:
    fields = {"grant_type": "client_credentials"}
    answer = HttpClient().post("/connect/token", fields, headers={"Authorization": f"Basic {credentials}"})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer["WWW-Authenticate"] == 'Basic realm="shop"'


@pytest.mark.parametrize("secret", [SECRET, "wrong"])
def test_a_client_proves_itself_in_one_way(secret: str) -> None:
    """RFC 6749, section 2.3: not even a wrong one and a right one."""
    answers = [ask(secret, client_secret=SECRET), ask(secret, client_id="another")]

    assert {(answer.status_code, answer.json()["error"]) for answer in answers} == {(400, "invalid_request")}


def test_a_client_without_a_secret_is_not_confidential() -> None:
    fields = {"grant_type": "client_credentials", "client_id": "reader"}

    for secret in ({}, {"client_secret": ""}):
        assert HttpClient().post("/connect/token", {**fields, **secret}).json()["error"] == "invalid_client"


@pytest.mark.parametrize("twice", ["grant_type=client_credentials", "scope=catalog:read"])
def test_a_parameter_comes_once(twice: str) -> None:
    body = f"grant_type=client_credentials&scope=catalog:read&{twice}"
    answer = HttpClient().post("/connect/token", body, content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_parameters_are_not_in_the_url() -> None:
    answer = HttpClient().post("/connect/token?grant_type=client_credentials")

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert HttpClient().get("/connect/token").status_code == 405


def test_a_body_of_another_kind_says_nothing() -> None:
    answer = HttpClient().post("/connect/token", {"grant_type": "client_credentials"}, "application/json")

    assert answer.status_code == 400


def test_a_deactivated_client_is_unknown() -> None:
    Client.objects.update(is_active=False)

    assert (ask().status_code, ask().json()["error"]) == (401, "invalid_client")
