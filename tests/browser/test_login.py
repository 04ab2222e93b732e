"""A user logs in to an application of somebody else, which runs at an origin of its own."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.integrations.requests_client import OAuth2Session
from playwright.sync_api import Page, expect

from tests.browser.administrator import Administrator


class Welcome(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><link rel=icon href=data:,><h1>Back at the application</h1>")

    def log_message(self, *_: object) -> None:
        """Not on the terminal."""


@pytest.fixture
def app() -> Iterator[OAuth2Session]:
    """A native application, RFC 8252: it listens on a port that the system chose."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Welcome) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield OAuth2Session(
            "demo-spa",
            redirect_uri=f"http://127.0.0.1:{server.server_port}/callback",
            scope="openid profile catalog:read",
            code_challenge_method="S256",
            token_endpoint_auth_method="none",
        )
        server.shutdown()


@pytest.fixture
def stranger(admin: Administrator) -> Iterator[Page]:
    """Nobody yet, at a browser with no cookies."""
    with admin.nobody() as page:
        yield page


def log_in(page: Page, password: str = "admin") -> None:
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def told(page: Page) -> dict[str, str]:
    """What the browser has brought to the application."""
    expect(page.get_by_role("heading", name="Back at the application")).to_be_visible()
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def test_a_user_logs_in_allows_it_and_is_back_at_the_application(
    admin: Administrator, stranger: Page, app: OAuth2Session
) -> None:
    verifier = token_urlsafe(32)
    url, state = app.create_authorization_url(f"{admin.shop.url}/connect/authorize", code_verifier=verifier)

    stranger.goto(url)
    log_in(stranger, "wrong")
    expect(stranger.get_by_role("alert")).to_contain_text("correct username and password")
    log_in(stranger)
    expect(stranger.get_by_role("heading")).to_have_text("Allow Demo in the browser?")
    expect(stranger.get_by_role("listitem")).to_have_text(
        ["Know who you are", "See your name", "See products"]
    )
    stranger.get_by_role("button", name="Allow").click()

    assert told(stranger)["state"] == state
    token = app.fetch_token(
        f"{admin.shop.url}/connect/token",
        authorization_response=stranger.url,
        state=state,
        code_verifier=verifier,
    )
    answer = app.get(f"{admin.shop.url}/api/v1/products", timeout=20)
    assert (answer.status_code, token["scope"]) == (200, "openid profile catalog:read")


def test_a_user_who_denies_it_is_back_at_the_application_too(
    admin: Administrator, stranger: Page, app: OAuth2Session
) -> None:
    url, _ = app.create_authorization_url(f"{admin.shop.url}/connect/authorize", code_verifier="v" * 43)

    stranger.goto(url)
    log_in(stranger)
    stranger.get_by_role("button", name="Deny").click()

    assert told(stranger)["error"] == "access_denied"


def test_an_application_that_asks_for_too_much_hears_so_after_the_login(
    admin: Administrator, stranger: Page, app: OAuth2Session
) -> None:
    """A redirect after a form, which the page with the form has to let the browser follow."""
    url, _ = app.create_authorization_url(
        f"{admin.shop.url}/connect/authorize", code_verifier="v" * 43, prompt="none"
    )

    stranger.goto(f"{admin.shop.url}/login?next={url.removeprefix(admin.shop.url).replace('&', '%26')}")
    log_in(stranger)

    assert told(stranger)["error"] == "consent_required"
