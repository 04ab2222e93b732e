"""Every operation of the OpenAPI document, asked with every kind of token that there is.

What it answers is what the document says: nothing here knows an operation by name but the public ones. With
a token that will do, the request gets past the door: its body and its path are the document's examples, so
whatever is answered then is documented, and is neither 401 nor 403.
"""

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import getitem
from secrets import token_urlsafe
from typing import Any, NamedTuple

import pytest
import yaml
from django.conf import settings
from django.utils import timezone
from rest_framework.test import APIClient

from shop.modules.identity.models import AccessToken, Client, RefreshToken, User
from tools.openapi import PROMISE

pytestmark = pytest.mark.django_db

PUBLIC = {("post", "/api/v1/users")}
A_UUID = "01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90"
HTTP = APIClient(raise_request_exception=False)
REALM = 'Bearer realm="shop"'
PROMISED: Any = yaml.safe_load(PROMISE.document.read_text())


class Operation(NamedTuple):
    method: str
    path: str
    promise: Any

    @property
    def scopes(self) -> set[str] | None:
        """What a token needs; None where none is asked for."""
        security = self.promise.get("security")
        return {scope for one in security for scope in one["oauth2"]} if security else None

    @property
    def is_for_users(self) -> bool:
        return "urn:shop:problem:user-required" in self.told("403")

    def told(self, status: str) -> str:
        """All that the document says of an answer."""
        return str(resolved(self.promise["responses"].get(status, {})))

    def ask(self, authorization: str | None = None) -> Any:
        """With the examples of the document."""
        names = re.findall(r"{(\w+)}", self.path)
        body = self.promise.get("requestBody", {}).get("content", {}).get("application/json", {})
        return HTTP.generic(
            self.method.upper(),
            self.path.format(**dict.fromkeys(names, A_UUID)),
            json.dumps(body["example"]) if body else "",
            "application/json",
            headers={} if authorization is None else {"Authorization": authorization},
        )


def resolved(node: Any) -> Any:
    """Follow a ``$ref``."""
    steps = node["$ref"].removeprefix("#/").split("/") if "$ref" in node else None
    return reduce(getitem, steps, PROMISED) if steps else node


def operations(document: Any) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, promise in methods.items():
            yield Operation(method, path, promise)


GUARDED = [one for one in operations(PROMISED) if one.scopes is not None]
each_operation = pytest.mark.parametrize("operation", GUARDED, ids=lambda one: one.promise["operationId"])


class Tokens:
    """Of one user by one client, and of others whose time is over."""

    def __init__(self) -> None:
        self.client = Client.objects.create(client_id="matrix")
        self.user = User.objects.create_user("matrix")
        self.invalid = [*self._spoiled(), token_urlsafe(), _jwt(), self._refresh()]
        all_scopes = tuple(settings.SCOPES)
        self.every_scope = self._valid(*all_scopes)
        self.no_scope = self._valid()
        self.of_the_client = self._valid(*all_scopes, user=None)
        self.single = {scope: self._valid(scope) for scope in all_scopes}
        self.all_but = {
            scope: self._valid(*(other for other in all_scopes if other != scope)) for scope in all_scopes
        }

    def _valid(self, *scopes: str, **fields: Any) -> str:
        token = token_urlsafe()
        expires: datetime = timezone.now() + timedelta(minutes=5)
        known = {"user": self.user, "application": self.client, "expires": expires, "scope": " ".join(scopes)}
        AccessToken.objects.create(token=token, **known | fields)
        return token

    def _spoiled(self) -> list[str]:
        """Each with every scope, so that it could do everything if it were not for one thing."""
        spoils: list[dict[str, Any]] = [
            {"expires": timezone.now() - timedelta(seconds=1)},
            {"user": User.objects.create_user("gone", is_active=False)},
            {"application": Client.objects.create(client_id="gone", is_active=False)},
            {"application": None},
            {"resource": ["https://elsewhere.example"]},
        ]
        revoked = self._valid(*settings.SCOPES)
        AccessToken.objects.all().delete()
        return [revoked, *(self._valid(*settings.SCOPES, **spoil) for spoil in spoils)]

    def _refresh(self) -> str:
        token = token_urlsafe()
        RefreshToken.objects.create(token=token, user=self.user, application=self.client)
        return token


def _jwt() -> str:
    """As an id_token looks."""
    parts = ('{"alg":"RS256","kid":"1"}', '{"sub":"matrix","aud":"matrix"}', "signature")
    return ".".join(urlsafe_b64encode(part.encode()).decode().rstrip("=") for part in parts)


@pytest.fixture
def tokens(db: None) -> Tokens:
    return Tokens()


def assert_problem(answer: Any, status: int, kind: str, *parts: str) -> None:
    """RFC 6750, section 3."""
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:shop:problem:{kind}")
    assert answer["WWW-Authenticate"].startswith(REALM)
    for part in parts:
        assert part in answer["WWW-Authenticate"]


def assert_let_in(operation: Operation, answer: Any) -> None:
    assert answer.status_code not in {401, 403, 500}, answer.content
    assert str(answer.status_code) in operation.promise["responses"], answer.content


@each_operation
def test_without_a_valid_token_it_answers_401_and_says_why(operation: Operation, tokens: Tokens) -> None:
    for authorization in (None, "", "Basic bWF0cml4Og==", tokens.every_scope, f"Token {tokens.every_scope}"):
        answer = operation.ask(authorization)
        assert_problem(answer, 401, "not-authenticated")
        assert answer["WWW-Authenticate"] == REALM

    garbled = ("", "ä", f"{tokens.every_scope},", f"{tokens.every_scope} x", f"x {tokens.every_scope}")
    for token in (*garbled, *tokens.invalid):
        assert_problem(operation.ask(f"Bearer {token}"), 401, "invalid-token", 'error="invalid_token"')


@each_operation
def test_it_answers_to_its_scopes_and_to_no_others(operation: Operation, tokens: Tokens) -> None:
    needed = operation.scopes or set()
    assert needed <= set(settings.SCOPES)
    carried = {
        tokens.no_scope: set(),
        tokens.every_scope: set(settings.SCOPES),
        **{token: {scope} for scope, token in tokens.single.items()},
        **{token: set(settings.SCOPES) - {scope} for scope, token in tokens.all_but.items()},
    }
    for token, scopes in carried.items():
        answer = operation.ask(f"Bearer {token}")
        if needed <= scopes:
            assert_let_in(operation, answer)
        else:
            named = f'scope="{" ".join(sorted(needed))}"'
            assert_problem(answer, 403, "insufficient-scope", 'error="insufficient_scope"', named)


@each_operation
def test_a_client_by_itself_gets_where_no_user_is_needed(operation: Operation, tokens: Tokens) -> None:
    answer = operation.ask(f"Bearer {tokens.of_the_client}")

    if operation.is_for_users:
        assert_problem(answer, 403, "user-required", 'error="insufficient_scope"')
    else:
        assert_let_in(operation, answer)


@each_operation
def test_the_document_tells_of_every_refusal(operation: Operation) -> None:
    told = {
        status: str(resolved(operation.promise["responses"].get(status, {}))) for status in ("401", "403")
    }

    assert "urn:shop:problem:invalid-token" in told["401"]
    if operation.scopes:
        assert "urn:shop:problem:insufficient-scope" in told["403"]
    assert operation.scopes or operation.is_for_users


def test_only_these_operations_are_public() -> None:
    assert {(one.method, one.path) for one in operations(PROMISED) if one.scopes is None} == PUBLIC


def test_the_document_is_about_everything_that_is_served() -> None:
    served = APIClient().get("/openapi.json").json()

    assert [one[:2] for one in operations(served)] == [one[:2] for one in operations(PROMISED)]
    assert [one.scopes for one in operations(served)] == [one.scopes for one in operations(PROMISED)]


def test_every_documented_scope_can_be_given_and_every_scope_is_documented() -> None:
    flows = PROMISED["components"]["securitySchemes"]["oauth2"]["flows"]

    assert all(flow["scopes"] == settings.SCOPES for flow in flows.values())
    assert {scope for one in GUARDED for scope in one.scopes or ()} <= set(settings.SCOPES)
