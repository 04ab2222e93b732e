"""Whatever is sent, the answer is a problem of the client's and never a fault of ours."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from tests.identity.arrange import a_user
from tests.support import a_client_with, a_product

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"
SQL = [
    "' OR '1'='1",
    "nothing' --",
    '" OR 1=1; --',
    "1); DROP TABLE catalog_product; --",
    "' UNION SELECT 1 --",
    "%",
    "_____",
]


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
        b'{"sku": "MUG-1", "sku": "MUG-2"}',
        b'{"sku": "MUG-1", "\\u0073ku": "MUG-2"}',
        b'[{"a": {"b": 1, "b": 1}}]',
        b'{"quantity": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:24]),
)
def test_bodies(clerk: APIClient, body: bytes) -> None:
    problem_of(clerk.post(PRODUCTS, body, content_type="application/json"), 400)


@pytest.mark.parametrize("depth", [10, 100, 500, 900, 990, 1000, 1100, 5000])
@pytest.mark.parametrize("nest", [("[", "]"), ('{"name":', "}")], ids=["lists", "objects"])
@pytest.mark.parametrize("field", ["description", "nobody-knows-it"])
def test_however_deep_a_body_is_it_is_refused_in_peace(
    clerk: APIClient, depth: int, nest: tuple[str, str], field: str
) -> None:
    """With a key the body is also written down again, which has a depth of its own."""
    begin, end = nest
    body = f'{{"{field}": {begin * depth}1{end * depth}}}'.encode()

    for headers in ({}, {"Idempotency-Key": "k1"}):
        problem_of(clerk.post(PRODUCTS, body, content_type="application/json", headers=headers), 400)


def test_a_body_that_is_too_large_is_not_read(clerk: APIClient) -> None:
    body = json.dumps({"description": "x" * 2**20})

    problem = problem_of(clerk.post(PRODUCTS, body, content_type="application/json"), 413)

    assert problem["type"] == "urn:shop:problem:body-too-large"


def test_a_body_without_a_length_is_not_taken_for_an_empty_one(clerk: APIClient) -> None:
    problem = problem_of(clerk.post(PRODUCTS, headers={"Transfer-Encoding": "chunked"}), 411)

    assert problem["type"] == "urn:shop:problem:length-required"


def test_an_empty_form_is_no_fault_of_ours_either(clerk: APIClient) -> None:
    form = "application/x-www-form-urlencoded"

    problem_of(clerk.post(PRODUCTS, "", content_type=form, headers={"Idempotency-Key": "k1"}), 400)


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


@pytest.mark.parametrize("sql", SQL)
@pytest.mark.parametrize(
    ("path", "name"),
    [(PRODUCTS, "sku"), (PRODUCTS, "name"), (f"{PRODUCTS}/search", "q"), ("/api/v1/users", "username")],
)
def test_sql_is_looked_for_and_not_run(path: str, name: str, sql: str) -> None:
    """What is right always, in SQL, would find everything."""
    a_product()
    a_user("alice")

    answer = a_client_with("catalog:read", "users:read").get(path, {name: sql})

    assert answer.status_code in {200, 400}
    assert answer.json().get("items", []) == []
    assert a_client_with("catalog:read").get(PRODUCTS).json()["items"]


@pytest.mark.parametrize(
    "sort", ["price; DROP TABLE catalog_product", "price,sku", "(SELECT 1)", "password", "-id", "?"]
)
def test_an_order_is_on_the_list_or_refused(clerk: APIClient, sort: str) -> None:
    problem = problem_of(clerk.get(PRODUCTS, {"sort": sort}), 400)

    assert [error["pointer"] for error in problem["errors"]] == ["#/sort"]


@pytest.mark.parametrize(
    "path",
    [
        "//api/v1/products",
        "/api//v1/products",
        "/api/v1/../v1/products",
        "/api/v1/%2e%2e/v1/products",
        "/api/v1/products%2f",
        "/api/v1/products/..%2f",
        "/api/v1/products.",
        "/api/v1/products;a=b",
        "/api/v1/products.json",
        "/api/v1/products%00",
        "/api/v1/products%0d%0aSet-Cookie:a=b",
        "/API/V1/PRODUCTS",
        "/api\\v1\\products",
        "/static/../manage.py",
        "/static/%2e%2e/%2e%2e/manage.py",
        "/static/..%2f..%2fmanage.py",
        "/static//etc/passwd",
    ],
)
def test_there_is_one_way_to_write_a_path(clerk: APIClient, path: str) -> None:
    for client in (clerk, APIClient()):
        problem_of(client.generic("GET", path), 404)


def test_an_encoded_slash_is_a_slash_to_everybody(clerk: APIClient) -> None:
    """The server undoes it before anybody asks what the path is, so no rule sees another one."""
    assert clerk.get("/api/v1%2fproducts").status_code == 200
    problem_of(APIClient().get("/api/v1%2fproducts"), 401)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_method_is_the_one_in_the_first_line(clerk: APIClient, header: str) -> None:
    product = f"{PRODUCTS}/{a_product()}"

    for path in (product, f"{product}?_method=DELETE"):
        problem_of(clerk.post(path, {"_method": "DELETE"}, headers={header: "DELETE", "If-Match": "*"}), 405)

    assert clerk.get(product).status_code == 200


@pytest.mark.parametrize("header", ["X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix", "Script-Name"])
def test_no_header_leads_elsewhere(header: str) -> None:
    problem_of(APIClient().get("/api/v1/nothing", headers={header: PRODUCTS}), 404)


@pytest.mark.parametrize("key", ["k\r\nSet-Cookie: a=b", "k\n", "a b", "\x00", "ü", "k" * 256, ""])
def test_a_key_is_visible_ascii(clerk: APIClient, key: str) -> None:
    answer = clerk.post(PRODUCTS, {}, headers={"Idempotency-Key": key})

    problem_of(answer, 400)
    assert "Set-Cookie" not in answer.headers
