"""Every error is a problem document (RFC 9457)."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from shop.building_blocks.limits.rates import Rate
from tests.support import a_client_with, lose_table

pytestmark = pytest.mark.django_db


def assert_problem(response: Any, status: int, slug: str) -> None:
    document = response.json()
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert document["type"] == f"urn:shop:problem:{slug}"
    assert document["status"] == status
    assert document["title"]
    assert document["detail"]
    assert document["instance"] == response.request["PATH_INFO"]
    assert len(document["trace_id"]) == 32


def test_no_token(anonymous: APIClient) -> None:
    response = anonymous.get("/api/v1/products")

    assert_problem(response, 401, "not-authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="shop"'


def test_a_token_that_is_none(anonymous: APIClient) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    response = anonymous.get("/api/v1/products")

    assert_problem(response, 401, "invalid-token")
    assert response["WWW-Authenticate"].startswith('Bearer realm="shop", error="invalid_token", ')


def test_a_token_without_the_scope() -> None:
    response = a_client_with("catalog:write").get("/api/v1/products")

    assert_problem(response, 403, "insufficient-scope")
    challenge = 'Bearer realm="shop", error="insufficient_scope", scope="catalog:read"'
    assert response["WWW-Authenticate"] == challenge


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/api/v1/products/1", "/api/v1/products/"])
@pytest.mark.parametrize("debug", [True, False])
def test_an_unknown_path(anonymous: APIClient, settings: Any, path: str, debug: bool) -> None:
    settings.DEBUG = debug

    assert_problem(anonymous.get(path), 404, "not-found")


def test_a_method_that_the_path_does_not_have() -> None:
    response = a_client_with("catalog:read").delete("/api/v1/products")

    assert_problem(response, 405, "method-not-allowed")
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"


def test_a_body_that_is_not_json() -> None:
    clerk = a_client_with("catalog:write")

    broken = clerk.post("/api/v1/products", '{"sku": ', content_type="application/json")
    form = clerk.post("/api/v1/products", "sku=MUG-1", content_type="application/x-www-form-urlencoded")
    array = clerk.post("/api/v1/products", "[]", content_type="application/json")

    assert_problem(broken, 400, "parse-error")
    assert_problem(form, 415, "unsupported-media-type")
    assert_problem(array, 400, "invalid")
    assert array.json()["errors"][0]["pointer"] == "#"


def test_a_fault_of_ours_says_nothing_about_it_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = a_client_with("catalog:read")
    client.raise_request_exception = False
    lose_table("catalog_listing")

    with caplog.at_level(logging.ERROR):
        response = client.get("/api/v1/products")

    assert_problem(response, 500, "internal-server-error")
    assert b"catalog_listing" not in response.content
    assert "catalog_listing" in caplog.text


@pytest.mark.parametrize("debug", [True, False])
def test_a_host_that_is_not_ours(settings: Any, *, debug: bool) -> None:
    settings.ALLOWED_HOSTS = ["shop.example"]
    settings.DEBUG = debug

    assert_problem(Client().get("/docs", headers={"Host": "evil.example"}), 400, "bad-request")


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete"])
def test_an_unknown_path_whatever_is_asked_of_it(method: str) -> None:
    browser = Client(enforce_csrf_checks=True)

    assert_problem(getattr(browser, method)("/api/v1/nothing"), 404, "not-found")


def test_methods_that_pages_do_not_have() -> None:
    browser = Client(enforce_csrf_checks=True)

    for path in ("/livez", "/readyz", "/docs", "/openapi.json"):
        assert_problem(browser.delete(path), 405, "method-not-allowed")


def test_answers_json_whatever_is_accepted() -> None:
    reader = a_client_with("catalog:read")

    for accepted in ("application/problem+json", "text/html", "nonsense"):
        assert reader.get("/api/v1/products", headers={"Accept": accepted}).status_code == 200


def test_head_answers_as_get_does_without_a_body() -> None:
    response = a_client_with("catalog:read").head("/api/v1/products")

    assert response.status_code == 200
    assert response.content == b""


def test_too_many_requests(anonymous: APIClient, settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "registrations_per_address": Rate(1, 60)}
    anonymous.post("/api/v1/users", {})

    response = anonymous.post("/api/v1/users", {})

    assert_problem(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 60


ERRORS: dict[int, Callable[[APIClient, dict[str, str]], Any]] = {
    200: lambda client, headers: client.get("/api/v1/products", headers=headers),
    400: lambda client, headers: client.get("/api/v1/products?limit=x", headers=headers),
    401: lambda _, headers: APIClient().get("/api/v1/products", headers=headers),
    403: lambda client, headers: client.post("/api/v1/products", {}, headers=headers),
    404: lambda client, headers: client.get("/api/v1/nothing", headers=headers),
    405: lambda client, headers: client.delete("/api/v1/products", headers=headers),
}


@pytest.mark.parametrize("status", ERRORS)
def test_every_answer_says_which_request_and_which_trace_it_belongs_to(status: int) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    headers = {"X-Request-ID": "checkout-4711", "traceparent": f"00-{trace}-b7ad6b7169203331-01"}

    response = ERRORS[status](a_client_with("catalog:read"), headers)

    assert response.status_code == status
    assert response["X-Request-ID"] == "checkout-4711"
    assert response.json().get("trace_id", trace) == trace


@pytest.mark.parametrize("unsafe", ["", "a b", "x" * 129, "forged\nline", "ü"])
def test_a_request_id_that_could_forge_a_log_line_is_replaced(anonymous: APIClient, unsafe: str) -> None:
    given = anonymous.get("/livez", headers={"X-Request-ID": unsafe})["X-Request-ID"]

    assert given != unsafe
    assert UUID(given).version == 7


@pytest.mark.parametrize(
    "traceparent", ["", "nonsense", "00-0-0-0", "ff-" + "0" * 32 + "-" + "0" * 16 + "-01"]
)
def test_a_trace_that_cannot_be_continued_is_begun(anonymous: APIClient, traceparent: str) -> None:
    response = anonymous.get("/api/v1/nothing", headers={"traceparent": traceparent})

    assert len(response.json()["trace_id"]) == 32
    assert response.json()["trace_id"] != "0" * 32
