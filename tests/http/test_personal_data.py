"""Who somebody is, and what proves it, is in the tables that are for it: in no event, log or record."""

import logging
from base64 import b64encode
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings
from pythonjsonlogger.json import JsonFormatter
from rest_framework.test import APIClient

from config.settings import LOGGING
from shop.building_blocks import modules
from shop.building_blocks.mediator import send
from shop.building_blocks.telemetry.logs import Context, JsonLines
from shop.modules.identity.features.create_client import CreateClient
from shop.modules.identity.models import Client as OAuthClient
from shop.modules.identity.models import User
from tests.support import a_client_with, deliver_events, lose_table

pytestmark = pytest.mark.django_db

USERNAME, EMAIL, FIRST, LAST = "planted-name", "planted@mail.example", "Plantedfirst", "Plantedlast"
PASSWORD, NEW_PASSWORD, WRONG = "planted horse battery", "planted staple correct", "planted wrong guess"
REGISTRATION = {
    "username": USERNAME,
    "email": EMAIL,
    "password": PASSWORD,
    "first_name": FIRST,
    "last_name": LAST,
}
TOKEN = "/connect/token"


@pytest.fixture
def log(settings: Settings) -> Iterator[StringIO]:
    """All that production would log, and ours also at DEBUG, with everything that a record carries."""
    settings.DEBUG = False
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(Context())
    handler.setFormatter(JsonFormatter(LOGGING["formatters"]["json"]["fmt"]))  # type: ignore[index]
    loggers = [logging.getLogger(), logging.getLogger("django.server"), logging.getLogger("shop")]
    levels = [logger.level for logger in loggers]
    for logger in loggers[:2]:
        logger.addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
        logger.removeHandler(handler)


def kept() -> str:
    """What the tables of messages and of answers hold, in every module, and what the admin's log says."""
    models = [
        apps.get_model(module, model)
        for module in modules.names()
        for model in ("OutboxMessage", "InboxMessage", "OperatorAction", "IdempotencyRecord")
    ]
    rows = [str(list(model._default_manager.values())) for model in models]
    return "\n".join([*rows, *(entry.change_message for entry in LogEntry.objects.all())])


def register(**fields: Any) -> Any:
    key = {"Idempotency-Key": "planted"}
    return APIClient(raise_request_exception=False).post("/api/v1/users", REGISTRATION | fields, headers=key)


def ask_for_a_token(client_id: str, secret: str) -> Any:
    basic = b64encode(f"{client_id}:{secret}".encode()).decode()
    return Client(raise_request_exception=False).post(
        TOKEN, {"grant_type": "client_credentials"}, headers={"Authorization": f"Basic {basic}"}
    )


def edit_everything(alice: User) -> list[str]:
    """As an administrator, who logs in. Returns the secrets that were shown."""
    browser = Client()
    User.objects.create_superuser("root", password=PASSWORD)
    login = reverse("admin:login")
    browser.post(login, {"username": "root", "password": WRONG})
    assert browser.post(login, {"username": "root", "password": PASSWORD}).status_code == 302
    user = {"first_name": FIRST, "last_name": LAST, "email": f"new-{EMAIL}", "version": alice.version}
    pages: list[tuple[str, dict[str, Any]]] = [
        (reverse("admin:identity_user_change", args=[alice.pk]), user),
        (
            reverse("admin:identity_user_password", args=[alice.pk]),
            {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD},
        ),
        (
            reverse("admin:identity_user_add"),
            {
                "username": f"{USERNAME}-2",
                "email": EMAIL,
                "usable_password": "true",
                "password1": PASSWORD,
                "password2": PASSWORD,
            },
        ),
    ]
    assert [browser.post(page, data).status_code for page, data in pages] == [302, 302, 302]
    client = {"name": "Web", "client_id": "web", "kind": "itself", "scopes": ["catalog:read"]}
    created = browser.post(reverse("admin:identity_client_add"), client)
    key = OAuthClient.objects.get(client_id="web").pk
    rotate = {"action": "rotate_secret", "_selected_action": [key]}
    rotated = browser.post(reverse("admin:identity_client_changelist"), rotate)
    return [answer.context["credentials"].client_secret for answer in (created, rotated)]


def test_nothing_of_it_is_kept_or_logged_whatever_happens(log: StringIO) -> None:
    secrets = [USERNAME, EMAIL, FIRST, LAST, PASSWORD, NEW_PASSWORD, WRONG]
    assert [register().status_code for _ in range(2)] == [201, 201]
    assert register(email="other").status_code == 400
    assert register(password="planted").status_code == 400
    assert register(first_name=f"{FIRST}-2").status_code == 409
    alice = User.objects.get(username=USERNAME)
    shown = edit_everything(alice)
    answer = ask_for_a_token("web", shown[1])
    assert ask_for_a_token("web", WRONG).status_code == 401
    token = answer.json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert APIClient().get("/api/v1/products", headers=bearer).status_code == 200
    reader = a_client_with("users:read", "profile", "email", user=alice.pk)
    reader.raise_request_exception = False
    assert reader.get("/api/v1/users", {"username": USERNAME}).json()["items"]
    assert reader.get("/api/v1/users/me").json()["email"] == f"new-{EMAIL}"
    deliver_events()
    text = kept()

    lose_table("identity_user")
    assert register(username=f"{USERNAME}-3").status_code == 500
    assert reader.get("/api/v1/users", {"username": USERNAME}).status_code == 500

    logged = log.getvalue()
    assert "identity.user_registered.v1" in text
    assert "Traceback" in logged
    for secret in [*secrets, *shown, token]:
        assert secret not in text
        assert secret not in logged


def test_a_failing_request_for_a_token_tells_no_secret(log: StringIO) -> None:
    client = send(CreateClient(name="Web", scopes=("catalog:read",)))
    lose_table("identity_client")

    assert ask_for_a_token(client.client_id, client.client_secret).status_code == 500

    assert "Traceback" in log.getvalue()
    assert client.client_secret not in log.getvalue()


def test_what_the_database_quotes_of_somebody_is_not_logged(log: StringIO) -> None:
    """A race that no rule foresees ends in a constraint, and PostgreSQL says which value it was."""
    register()
    handler = next(one for one in logging.getLogger().handlers if getattr(one, "stream", None) is log)
    production = LOGGING["formatters"]["json"]  # type: ignore[index]
    handler.setFormatter(JsonLines(production["fmt"]))
    try:
        User.objects.create(username=USERNAME, email=EMAIL, password=PASSWORD)
    except IntegrityError:
        logging.getLogger("shop").exception("it failed")

    assert "Traceback" in log.getvalue()
    for secret in (USERNAME, EMAIL, PASSWORD):
        assert secret not in log.getvalue()


def test_the_remembered_answer_to_a_registration_is_an_id() -> None:
    register()

    record = apps.get_model("identity", "IdempotencyRecord")._default_manager.get()
    assert record.body == f'{{"id":"{User.objects.get().pk}"}}'
