"""The API does without what pages need, and the pages still have it."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.modules.identity.models import User
from tests.support import a_client_with

pytestmark = pytest.mark.django_db
API = ["/api/v1/products", "/api/v1/nothing", "/livez", "/openapi.json"]


@pytest.fixture
def administrator(db: None) -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(User.objects.create_superuser("root", password="root"))
    return browser


@pytest.mark.parametrize("path", API)
def test_the_api_opens_no_session_and_knows_no_login(administrator: Client, path: str) -> None:
    with CaptureQueriesContext(connections["identity"]) as queries:
        response = administrator.get(path)

    assert len(queries) == 0
    assert not response.cookies
    assert not hasattr(response.wsgi_request, "session")


def test_an_administrators_cookie_is_no_token(administrator: Client) -> None:
    assert administrator.get("/api/v1/products").status_code == 401
    assert administrator.post("/api/v1/products").status_code == 401


def test_answers_do_not_vary_by_cookie() -> None:
    assert "Cookie" not in a_client_with("catalog:read").get("/api/v1/products").get("Vary", "")


def test_both_are_told_how_long_they_are_and_not_to_be_framed() -> None:
    for path in ("/livez", "/admin/login/"):
        response = Client().get(path)
        assert response["X-Frame-Options"] == "DENY"
        assert response["Content-Length"] == str(len(response.content))


def test_a_login_opens_a_session() -> None:
    browser = Client()
    User.objects.create_superuser("root", password="root")

    browser.post(reverse("admin:login"), {"username": "root", "password": "root", "next": "/admin/"})

    assert Session.objects.count() == 1
    assert browser.get("/admin/").status_code == 200


def test_a_forged_post_to_the_admin_is_refused(administrator: Client) -> None:
    url = reverse("admin:inventory_inventory_add")

    assert administrator.post(url, {"name": "food", "description": ""}).status_code == 403

    token = administrator.get(url).cookies["csrftoken"].value
    form = {"name": "food", "description": "", "csrfmiddlewaretoken": token}
    assert administrator.post(url, form).status_code == 302
