"""OpenID Connect: what the shop says of itself, id_tokens, and what it tells of a user."""

from typing import Any

import pytest
from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import KeySet
from jwcrypto.jwk import JWK
from pytest_django.fixtures import Settings

from config.signing_key import generated
from shop.modules.identity.models import Client, User
from tests.identity.flows import a_user, an_application, logged_in, opens, tokens_for

pytestmark = pytest.mark.django_db
ISSUER = "http://testserver"


def published_keys() -> KeySet:
    return KeySet.import_key_set(Browser().get("/.well-known/jwks.json").json())


def verified(id_token: str) -> dict[str, Any]:
    """The claims, checked as a client checks them."""
    return dict(jwt.decode(id_token, published_keys(), algorithms=["RS256"]).claims)


def userinfo(token: str) -> Any:
    return Browser().get("/connect/userinfo", headers={"Authorization": f"Bearer {token}"})


@pytest.mark.parametrize("document", ["openid-configuration", "oauth-authorization-server"])
def test_what_it_says_of_itself_is_what_it_does(document: str) -> None:
    told = Browser().get(f"/.well-known/{document}").json()

    assert told["issuer"] == ISSUER
    assert told["authorization_endpoint"] == f"{ISSUER}/connect/authorize"
    assert told["token_endpoint"] == f"{ISSUER}/connect/token"
    assert told["revocation_endpoint"] == f"{ISSUER}/connect/revoke"
    assert told["introspection_endpoint"] == f"{ISSUER}/connect/introspect"
    assert told["jwks_uri"] == f"{ISSUER}/.well-known/jwks.json"
    assert told["response_types_supported"] == ["code"]
    assert told["grant_types_supported"] == ["authorization_code", "client_credentials", "refresh_token"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert "none" in told["token_endpoint_auth_methods_supported"]
    assert "none" not in told["introspection_endpoint_auth_methods_supported"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert {"openid", "catalog:read", "users:read"} <= set(told["scopes_supported"])


def test_what_openid_needs_is_said_too() -> None:
    told = Browser().get("/.well-known/openid-configuration").json()

    assert told["userinfo_endpoint"] == f"{ISSUER}/connect/userinfo"
    assert told["end_session_endpoint"] == f"{ISSUER}/connect/logout"
    assert told["id_token_signing_alg_values_supported"] == ["RS256"]
    assert told["subject_types_supported"] == ["public"]
    assert {"sub", "name", "email", "email_verified"} <= set(told["claims_supported"])
    assert told["request_uri_parameter_supported"] is False


def test_an_id_token_tells_who_logged_in() -> None:
    alice, client = a_user(), an_application()

    claims = verified(tokens_for(alice, client, more={"nonce": "n-1"})["id_token"])

    assert claims["iss"] == ISSUER
    assert claims["sub"] == str(alice.id)
    assert claims["aud"] == client.client_id
    assert claims["nonce"] == "n-1"
    assert claims["exp"] - claims["iat"] == 600
    assert "at_hash" in claims
    assert {"email", "name"}.isdisjoint(claims)


def test_an_id_token_opens_nothing() -> None:
    tokens = tokens_for(a_user())

    assert not opens(tokens["id_token"])
    assert userinfo(tokens["id_token"]).status_code == 401


def test_without_the_scope_there_is_no_id_token() -> None:
    assert "id_token" not in tokens_for(a_user(), scope="catalog:read")


def test_only_public_halves_of_keys_are_published() -> None:
    [key] = Browser().get("/.well-known/jwks.json").json()["keys"]

    assert key.keys() == {"kty", "kid", "alg", "use", "n", "e"}


@pytest.mark.parametrize(
    ("scope", "told"),
    [
        ("openid", {}),
        ("openid email", {"email": "alice@shop.example", "email_verified": False}),
        (
            "openid profile",
            {
                "name": "Alice Liddell",
                "given_name": "Alice",
                "family_name": "Liddell",
                "preferred_username": "alice",
            },
        ),
    ],
)
def test_userinfo_tells_what_the_scope_lets_it(scope: str, told: dict[str, Any]) -> None:
    alice = a_user()
    tokens = tokens_for(alice, scope=scope)

    assert userinfo(tokens["access_token"]).json() == {"sub": str(alice.id), **told}


def test_userinfo_needs_openid() -> None:
    answer = userinfo(tokens_for(a_user(), scope="catalog:read")["access_token"])

    assert answer.status_code in {401, 403}
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("field", ["the user", "the client"])
def test_userinfo_tells_nothing_of_who_is_deactivated(field: str) -> None:
    alice, client = a_user(), an_application()
    token = tokens_for(alice, client)["access_token"]
    gone: User | Client = alice if field == "the user" else client
    gone.is_active = False
    gone.save()

    assert userinfo(token).status_code == 401


class TestRotation:
    """The next key is published before it signs, the last one for as long as its tokens live."""

    @pytest.fixture
    def next_key(self) -> str:
        return generated()

    def test_tokens_of_both_keys_are_good_while_both_are_published(
        self, settings: Settings, next_key: str
    ) -> None:
        before = tokens_for(a_user())["id_token"]
        last_key = settings.OIDC_SIGNING_KEY

        settings.OIDC_SIGNING_KEY, settings.OIDC_OTHER_KEYS = next_key, [last_key]
        settings.OAUTH2_PROVIDER = {
            **settings.OAUTH2_PROVIDER,
            "OIDC_RSA_PRIVATE_KEY": next_key,
            "OIDC_RSA_PRIVATE_KEYS_INACTIVE": [last_key],
        }
        after = tokens_for(a_user("bob"))["id_token"]

        assert verified(before)["sub"] != verified(after)["sub"]
        assert [key.kid for key in published_keys().keys] == [
            JWK.from_pem(pem.encode()).thumbprint() for pem in (next_key, last_key)
        ]


class TestLogout:
    """OpenID Connect RP-Initiated Logout 1.0."""

    @pytest.fixture
    def client_(self) -> Client:
        return an_application(post_logout_redirect_uris="https://app.example/bye")

    def test_a_user_logs_out_where_no_client_is(self) -> None:
        browser = logged_in(a_user())

        assert "Log out?" in browser.get("/connect/logout").text
        browser.post("/connect/logout", {"allow": "yes"})

        assert "_auth_user_id" not in browser.session

    def test_a_client_sends_its_user_and_gets_the_browser_back(self, client_: Client) -> None:
        alice = a_user()
        tokens = tokens_for(alice, client_)
        browser = logged_in(alice)
        parameters = {
            "id_token_hint": tokens["id_token"],
            "post_logout_redirect_uri": "https://app.example/bye",
            "state": "s",
        }

        assert "The app asks you to log out" in browser.get("/connect/logout", parameters).text
        answer = browser.post("/connect/logout", {"allow": "yes", **parameters})

        assert answer["Location"] == "https://app.example/bye?state=s"
        assert not opens(tokens["access_token"])

    def test_a_user_may_stay(self) -> None:
        browser = logged_in(a_user())

        browser.post("/connect/logout")

        assert "_auth_user_id" in browser.session

    def test_nobody_is_sent_to_an_address_that_is_not_registered(self, client_: Client) -> None:
        strange = {"client_id": client_.client_id, "post_logout_redirect_uri": "https://evil.example/"}

        answer = logged_in(a_user()).get("/connect/logout", strange)

        assert (answer.status_code, "This did not work" in answer.text) == (400, True)

    def test_a_forged_hint_is_refused(self, client_: Client) -> None:
        forged = tokens_for(a_user(), client_)["id_token"][:-8] + "AAAAAAAA"

        assert logged_in(a_user("bob")).get("/connect/logout", {"id_token_hint": forged}).status_code == 400
