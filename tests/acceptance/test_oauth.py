"""A client library that is not ours, Authlib, walks every flow; it finds the shop by its discovery."""

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.acceptance.shops import Shop
from tests.acceptance.web import Surfer

CALLBACK = "https://app.example/callback"
SCOPES = "openid profile email catalog:read"
PASSWORD = "correct horse battery staple"


@pytest.fixture
def server(shop: Shop) -> Any:
    """What it says of itself."""
    found = requests.get(f"{shop.url}/.well-known/openid-configuration", timeout=20)
    return found.json()


@pytest.fixture(scope="module")
def alice(a_shop: Shop) -> str:
    """A username; she may do everything."""
    name = f"alice-{uuid4().hex[:8]}"
    a_shop.manage(
        *("createsuperuser", "--database", "identity", "--no-input"),
        *("--username", name, "--email", "alice@shop.example"),
        DJANGO_SUPERUSER_PASSWORD=PASSWORD,
        **a_shop.only("identity"),
    )
    return name


def a_client(shop: Shop, *arguments: str) -> dict[str, str]:
    told = shop.manage("create_client", "App", *SCOPES.split(), *arguments, **shop.only("identity"))
    return dict(line.split("=", 1) for line in told.split())


@pytest.fixture(scope="module", params=["--public", "confidential"])
def client(request: pytest.FixtureRequest, a_shop: Shop) -> dict[str, str]:
    """An application that lets users log in."""
    kind = [request.param] if request.param.startswith("--") else []
    return a_client(a_shop, "--redirect-uri", CALLBACK, *kind)


@pytest.fixture
def app(client: dict[str, str]) -> Iterator[OAuth2Session]:
    with OAuth2Session(
        client["client_id"],
        client.get("client_secret"),
        token_endpoint_auth_method="client_secret_basic" if "client_secret" in client else "none",
        scope=SCOPES,
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
    ) as session:
        yield session


def log_in(app: OAuth2Session, server: Any, shop: Shop, user: str, **more: str) -> dict[str, Any]:
    """Alice logs in, allows it, and the application gets its tokens."""
    verifier = token_urlsafe(32)
    url, state = app.create_authorization_url(
        server["authorization_endpoint"], code_verifier=verifier, **more
    )
    back = consent(shop, url, user)
    told = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
    assert (told["state"], told["iss"]) == (state, server["issuer"])
    token: dict[str, Any] = app.fetch_token(
        server["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )
    return token


def consent(shop: Shop, url: str, user: str) -> str:
    """Where the browser is sent, after the login and the consent."""
    browser = Surfer(shop.url)
    to_login = browser.open(url).headers["Location"]
    logged_in = browser.log_in(user, PASSWORD, to_login)
    assert "You are logged in" in logged_in.text
    page = browser.open(url)
    assert "Allow App?" in page.text
    return browser.submit(url, allow="yes").headers["Location"]


@contextmanager
def refused(error: str) -> Iterator[None]:
    with pytest.raises(OAuthError) as caught:
        yield
    assert caught.value.error == error


def products(shop: Shop, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{shop.url}/api/v1/products", headers=headers, timeout=20).status_code


def test_a_user_logs_in_to_an_application(shop: Shop, server: Any, app: OAuth2Session, alice: str) -> None:
    token = log_in(app, server, shop, alice, nonce="n-1")

    assert set(token["scope"].split()) == set(SCOPES.split())
    assert products(shop, token["access_token"]) == 200
    about = app.get(server["userinfo_endpoint"]).json()
    assert (about["preferred_username"], about["email"]) == (alice, "alice@shop.example")
    keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=20).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": server["issuer"]},
        aud={"essential": True, "value": app.client_id},
        nonce={"essential": True, "value": "n-1"},
        sub={"essential": True, "value": about["sub"]},
    )
    registry.validate(claims)


def test_it_stays_logged_in_by_refreshing(shop: Shop, server: Any, app: OAuth2Session, alice: str) -> None:
    first = log_in(app, server, shop, alice)

    second = app.refresh_token(server["token_endpoint"], refresh_token=first["refresh_token"])

    assert products(shop, second["access_token"]) == 200
    with refused("invalid_grant"):
        app.refresh_token(server["token_endpoint"], refresh_token=first["refresh_token"])
    with refused("invalid_grant"):
        app.refresh_token(server["token_endpoint"], refresh_token=second["refresh_token"])


def test_it_logs_out_by_revoking(shop: Shop, server: Any, app: OAuth2Session, alice: str) -> None:
    token = log_in(app, server, shop, alice)

    app.revoke_token(server["revocation_endpoint"], token["refresh_token"], "refresh_token")

    assert products(shop, token["access_token"]) == 401
    with refused("invalid_grant"):
        app.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])


def test_a_program_acts_for_itself_and_a_resource_server_asks_about_it(shop: Shop, server: Any) -> None:
    robot, guard = a_client(shop), a_client(shop, "--may-introspect")
    with OAuth2Session(**robot, scope="catalog:read") as session:
        token = session.fetch_token(server["token_endpoint"], grant_type="client_credentials")
    with OAuth2Session(**guard) as session:
        known = session.introspect_token(server["introspection_endpoint"], token["access_token"]).json()
        nobody = session.introspect_token(server["introspection_endpoint"], "unknown").json()

    assert products(shop, token["access_token"]) == 200
    assert (known["active"], known["client_id"], known["scope"]) == (True, robot["client_id"], "catalog:read")
    assert nobody == {"active": False}
