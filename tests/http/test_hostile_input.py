"""Whatever is sent, the answer is a problem of the client's and never a fault of ours."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.support import a_client_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(db: None) -> APIClient:
    return a_client_with("catalog:read", "catalog:write")


def problem_of(response: Any, status: int) -> Any:
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    return response.json()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"42",
        b'"text"',
        b"[" * 100_000,
        b'{"sku":' * 100_000,
        b"\xff\xfe",
        b'{"sku": "\xc3\x28"}',
        b'{"sku": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"price": NaN}',
        b'{"quantity": 1e999}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_bodies(clerk: APIClient, body: bytes) -> None:
    problem_of(clerk.post("/api/v1/products", body, content_type="application/json"), 400)


def test_a_body_that_is_too_large_is_not_read(clerk: APIClient) -> None:
    body = json.dumps({"description": "x" * 2**20})

    problem = problem_of(clerk.post("/api/v1/products", body, content_type="application/json"), 413)

    assert problem["type"] == "urn:shop:problem:body-too-large"


def test_a_body_without_a_length_is_not_taken_for_an_empty_one(clerk: APIClient) -> None:
    problem = problem_of(clerk.post("/api/v1/products", headers={"Transfer-Encoding": "chunked"}), 411)

    assert problem["type"] == "urn:shop:problem:length-required"


def test_an_empty_form_is_no_fault_of_ours_either(clerk: APIClient) -> None:
    form = "application/x-www-form-urlencoded"

    problem_of(clerk.post("/api/v1/products", "", content_type=form, headers={"Idempotency-Key": "k1"}), 400)


@pytest.mark.parametrize(
    "query",
    [
        "cursor=%zz",
        "cursor=%00",
        "cursor=%ED%A0%80",
        "cursor=AaIDgFiOdvqGohkVKH9yMA!!!!",
        "cursor=" + "A" * 5000,
        "limit=1e9",
        "limit=99999999999999999999999",
        "limit=5&limit=6",
        "format=xml",
        "&".join(f"p{number}=1" for number in range(2000)),
    ],
    ids=lambda query: query[:24],
)
def test_queries(clerk: APIClient, query: str) -> None:
    problem_of(clerk.get(f"/api/v1/products?{query}"), 400)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["q", "name", "sku", "min_price", "currency", "in_stock", "sort", "cursor"]),
    value=st.text()
    | st.sampled_from(["'mug'", "mug:*", "a & b", "!", "<->", "%", "_", "\\", "🍎", "'; --", "x" * 10_000]),
)
def test_whatever_is_asked_for_is_answered_or_refused(clerk: APIClient, name: str, value: str) -> None:
    path = "/api/v1/products/search" if name == "q" else "/api/v1/products"

    answer = clerk.get(path, {name: value})

    assert answer.status_code in {200, 400}
    if answer.status_code == 400:
        assert {error["pointer"] for error in answer.json()["errors"]} == {f"#/{name}"}


@pytest.mark.parametrize("token", ["", "a b", "%zz", "ü", "\x01", "x" * 8000])
def test_tokens(anonymous: APIClient, token: str) -> None:
    anonymous.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")

    problem_of(anonymous.get("/api/v1/products"), 401)
