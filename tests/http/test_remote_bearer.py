"""A process without identity asks it about tokens: RFC 7662."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import create_server
from threading import Thread
from time import monotonic
from typing import Any

import pytest
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from shop.building_blocks.breaker import Breaker
from shop.building_blocks.http import bearer, remote_bearer
from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.recent import Recent
from shop.modules.identity.models import Client
from tests.identity.flows import SECRET, a_user, an_application, by, can_introspect, tokens_for

pytestmark = pytest.mark.django_db(transaction=True)


class Remote(Endpoint):
    """An endpoint as it is in a process without identity."""

    home = "shop.modules.catalog"
    authentication_classes = (remote_bearer.RemoteBearerAuthentication,)
    required_scopes = ["catalog:read"]

    def get(self, request: Any) -> Response:
        principal = request.auth
        return Response({"client": principal.client_id, "user": principal.user_id})


class Sensitive(Remote):
    is_sensitive = True


@pytest.fixture(autouse=True)
def asking(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The process's own client at identity, with nothing remembered of tests before."""
    monkeypatch.setattr(remote_bearer, "_breaker", Breaker())
    monkeypatch.setattr(bearer, "_recent", Recent(size=10))
    client = can_introspect()
    settings.INTROSPECTION = {
        "identity": live_server.url,
        "client_id": client.client_id,
        "client_secret": SECRET,
    }
    return client


def asked_with(token: str, endpoint: type[Endpoint] = Remote) -> Any:
    request = APIRequestFactory().get("/", headers={"Authorization": f"Bearer {token}"})
    return endpoint.as_view()(request)


@contextmanager
def identity_is_away(settings: Settings) -> Iterator[None]:
    there = settings.INTROSPECTION
    settings.INTROSPECTION = {**there, "identity": "http://127.0.0.1:9"}
    yield
    settings.INTROSPECTION = there


@contextmanager
def identity_says(settings: Settings, status: int, content: bytes = b"", **headers: str) -> Iterator[None]:
    class Identity(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(content)

    with HTTPServer(("127.0.0.1", 0), Identity) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        settings.INTROSPECTION = {**settings.INTROSPECTION, "identity": url}
        yield
        server.shutdown()


def test_a_token_of_a_user_stands_for_the_user_and_the_client() -> None:
    alice, client = a_user(), an_application()

    answer = asked_with(tokens_for(alice, client)["access_token"])

    assert answer.data == {"client": client.client_id, "user": alice.id}


def test_a_token_of_a_client_stands_for_the_client() -> None:
    robot = can_introspect(scopes="catalog:read")
    token = by(robot, grant_type="client_credentials").json()["access_token"]

    assert asked_with(token).data == {"client": robot.client_id, "user": None}


def test_a_token_that_lacks_the_scope_is_refused() -> None:
    assert asked_with(tokens_for(a_user(), scope="catalog:write")["access_token"]).status_code == 403


@pytest.mark.parametrize("token", ["unknown", "é", "a b"])
def test_a_token_that_identity_does_not_know_is_refused(token: str) -> None:
    answer = asked_with(token)

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer["WWW-Authenticate"]


@pytest.mark.parametrize("malformed", ["", "a\0b"])
def test_no_stranger_can_make_identity_look_as_if_it_were_away(malformed: str) -> None:
    """It refuses a question about what can be no token, which is no sign that it cannot be asked."""
    token = tokens_for(a_user())["access_token"]

    assert {asked_with(malformed).status_code for _ in range(6)} == {401}
    assert asked_with(token).status_code == 200


def test_a_token_for_other_resources_is_refused() -> None:
    robot = can_introspect(scopes="catalog:read")
    fields = {"grant_type": "client_credentials", "resource": "https://elsewhere.example/api"}

    assert asked_with(by(robot, **fields).json()["access_token"]).status_code == 401


def test_while_identity_is_away_nobody_is_let_in_and_nobody_called_a_stranger(settings: Settings) -> None:
    token = tokens_for(a_user())["access_token"]

    with identity_is_away(settings):
        answer = asked_with(token)

    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert asked_with(token).status_code == 200


def test_who_was_here_a_moment_ago_is_still_known_but_not_where_it_matters(settings: Settings) -> None:
    token = tokens_for(a_user())["access_token"]
    asked_with(token)

    with identity_is_away(settings):
        assert asked_with(token).status_code == 200
        assert asked_with(token, Sensitive).status_code == 503


def test_an_answer_that_is_none_is_not_believed(asking: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Such as that our own secret is wrong: our fault, and not the caller's."""
    token = tokens_for(a_user())["access_token"]
    asking.is_active = False
    asking.save()

    assert asked_with(token).status_code == 503
    assert "invalid_client" in caplog.text
    assert token not in caplog.text


def test_without_an_address_of_identity_it_says_what_to_set(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.INTROSPECTION = {**settings.INTROSPECTION, "identity": ""}

    assert asked_with("some").status_code == 503
    assert "IDENTITY_URL" in caplog.text


def test_an_identity_that_hangs_is_waited_for_a_few_times_only(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote_bearer, "TIMEOUT", (0.1, 0.1))
    with closing(create_server(("127.0.0.1", 0))) as deaf:
        settings.INTROSPECTION = {
            **settings.INTROSPECTION,
            "identity": f"http://127.0.0.1:{deaf.getsockname()[1]}",
        }
        for _ in range(5):
            assert asked_with("some").status_code == 503

        began = monotonic()
        assert asked_with("some").status_code == 503
        assert monotonic() - began < 0.1


def test_who_hangs_is_asked_once_and_not_twice(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote_bearer, "TIMEOUT", (1.0, 1.0))
    with closing(create_server(("127.0.0.1", 0))) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        settings.INTROSPECTION = {**settings.INTROSPECTION, "identity": url}
        began = monotonic()

        assert asked_with("some").status_code == 503
        assert monotonic() - began < 1.9


@pytest.mark.parametrize("status", [429, 503])
def test_however_long_identity_asks_to_be_left_alone_no_request_waits_for_that(
    settings: Settings, status: int
) -> None:
    with identity_says(settings, status, Retry_After="5"):
        began = monotonic()

        assert asked_with("some").status_code == 503
        assert monotonic() - began < 4


@pytest.mark.parametrize("exp", [10**15, 10**20], ids=str)
def test_a_time_that_there_is_not_is_no_answer(settings: Settings, exp: int) -> None:
    with identity_says(settings, 200, b'{"active": true, "scope": "catalog:read", "exp": %d}' % exp):
        assert asked_with("some").status_code == 503
