"""Pages of origins that we allow may call the API by their scripts, and nothing but the API."""

from typing import Any

import pytest
from django.test import Client

from tests.support import a_client_with, a_product

pytestmark = pytest.mark.django_db
APP = "https://app.example"
MIDDLEWARE = "corsheaders.middleware.CorsMiddleware"
TAKEN = {
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "x-request-id",
}
SHOWN = {"ETag", "Idempotent-Replayed", "Location", "Retry-After", "WWW-Authenticate", "X-Request-ID"}


@pytest.fixture
def allowed(settings: Any) -> None:
    """As a start with CORS_ALLOWED_ORIGINS makes them."""
    settings.CORS_ALLOWED_ORIGINS = [APP]
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]


@pytest.mark.usefixtures("allowed")
def test_an_origin_on_the_list_may_call_and_read_our_headers() -> None:
    reader = a_client_with("catalog:read")
    answer = reader.get(f"/api/v1/products/{a_product()}", headers={"Origin": APP})

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == APP
    assert set(answer["Access-Control-Expose-Headers"].split(", ")) == SHOWN
    assert "Access-Control-Allow-Credentials" not in answer
    assert "origin" in answer["Vary"]


@pytest.mark.usefixtures("allowed")
def test_it_may_read_what_was_wrong() -> None:
    answer = Client().get("/api/v1/products", headers={"Origin": APP})

    assert answer.status_code == 401
    assert answer["Access-Control-Allow-Origin"] == APP


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/products",
        "/connect/token",
        "/connect/revoke",
        "/connect/userinfo",
        "/.well-known/jwks.json",
    ],
)
def test_its_browser_asks_first_and_needs_no_token_for_that(path: str) -> None:
    asked = {
        "Origin": APP,
        "Access-Control-Request-Method": "PUT",
        "Access-Control-Request-Headers": "authorization,if-match",
    }
    answer = Client().options(path, headers=asked)

    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == APP
    assert "PUT" in answer["Access-Control-Allow-Methods"]
    assert set(answer["Access-Control-Allow-Headers"].split(", ")) == TAKEN


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "https://app.example:8443",
        "null",
    ],
)
def test_others_are_told_nothing(origin: str) -> None:
    answer = Client().get("/api/v1/products", headers={"Origin": origin})

    assert "Access-Control-Allow-Origin" not in answer


@pytest.mark.usefixtures("allowed")
@pytest.mark.parametrize("path", ["/admin/login/", "/docs", "/connect/authorize", "/livez"])
def test_pages_are_for_nobody_elsewhere(path: str) -> None:
    assert "Access-Control-Allow-Origin" not in Client().get(path, headers={"Origin": APP})


def test_unless_an_origin_is_allowed_nothing_is_spent_on_it(settings: Any) -> None:
    assert MIDDLEWARE not in settings.MIDDLEWARE
    answer = Client().get("/api/v1/products", headers={"Origin": APP})
    assert "Access-Control-Allow-Origin" not in answer
