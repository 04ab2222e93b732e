"""What every answer tells browsers, and what a view may add to it."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from rest_framework.request import Request
from rest_framework.test import APIClient

from shop.building_blocks.http.security import NO_PAGE, SecurityHeaders, allow_form_action
from tests.support import a_client_with, a_product

pytestmark = pytest.mark.django_db
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@pytest.fixture
def reader() -> APIClient:
    return a_client_with("catalog:read", "catalog:write")


def test_pages_run_and_load_only_what_is_ours() -> None:
    page = Client().get("/admin/login/")

    assert page["Content-Security-Policy"] == PAGE
    assert page["Permissions-Policy"].startswith("camera=()")


def test_the_documentation_may_also_show_the_images_in_its_style_sheet() -> None:
    page = Client().get("/docs")

    assert page["Content-Security-Policy"] == PAGE.replace("img-src 'self'", "img-src 'self' data:")
    assert not page.cookies


def test_the_script_of_the_documentation_tells_no_secret_and_no_stranger() -> None:
    script = Client().get("/docs?script=")

    assert not script.cookies
    assert '"validatorUrl": null' in script.content.decode()


@pytest.mark.parametrize("path", ["/api/v1/products", "/api/v1/nothing", "/livez", "/openapi.json"])
def test_what_is_no_page_may_do_nothing(path: str) -> None:
    assert Client().get(path)["Content-Security-Policy"] == NO_PAGE


def test_other_sites_can_neither_embed_nor_open_nor_guess_what_they_get() -> None:
    for path in ("/api/v1/products", "/admin/login/", "/docs", "/static/admin/css/base.css"):
        answer = Client().get(path)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        answer.close()  # a file is one


def test_an_answer_for_one_caller_is_kept_by_nobody_unless_it_can_be_asked_about(reader: APIClient) -> None:
    product = f"/api/v1/products/{a_product()}"

    assert reader.get("/api/v1/products")["Cache-Control"] == "no-store"
    assert Client().get(product)["Cache-Control"] == "no-store"

    shown = reader.get(product)
    assert shown["Cache-Control"] == "private, no-cache"
    again = reader.get(product, headers={"If-None-Match": shown["ETag"]})
    assert again.status_code == 304
    assert again["Cache-Control"] == "private, no-cache"
    assert "Content-Security-Policy" not in again


def test_pages_for_administrators_are_kept_by_nobody() -> None:
    for path in ("/admin/", "/admin/login/", "/admin/messaging/"):
        assert "no-store" in Client().get(path)["Cache-Control"]


@pytest.mark.parametrize(
    ("uri", "source"),
    [
        ("https://app.example/callback?a=1;b", "https://app.example"),
        ("https://App.example:443/", "https://app.example"),
        ("http://127.0.0.1:8765/callback", "http://127.0.0.1:8765"),
        ("http://[::1]:8765/callback", "http:"),
        ("https://käse.example/", "https://xn--kse-qla.example"),
        ("com.example.app:/callback", "com.example.app:"),
    ],
)
def test_a_form_may_lead_to_where_its_view_says(uri: str, source: str) -> None:
    def consent(request: HttpRequest) -> HttpResponse:
        allow_form_action(Request(request), uri)
        return HttpResponse("<form>")

    page = SecurityHeaders(consent)(RequestFactory().get("/"))

    assert page["Content-Security-Policy"] == PAGE.replace(
        "form-action 'self'", f"form-action 'self' {source}"
    )


@pytest.mark.parametrize("uri", ["https:///callback", "https://a b.example/", "https://a;script-src *"])
def test_but_not_to_what_is_no_host(uri: str) -> None:
    with pytest.raises(ValueError, match="has no origin"):
        allow_form_action(RequestFactory().get("/"), uri)


def test_a_form_that_is_forged_or_old_is_refused_by_a_problem() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "root", "password": "root"})

    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"


def test_developers_can_read_a_traceback(settings: Any) -> None:
    settings.DEBUG = True

    def fails(_: HttpRequest) -> HttpResponse:
        return HttpResponse("<style>", status=500)

    assert "Content-Security-Policy" not in SecurityHeaders(fails)(RequestFactory().get("/"))
    settings.DEBUG = False
    assert SecurityHeaders(fails)(RequestFactory().get("/"))["Content-Security-Policy"] == PAGE
