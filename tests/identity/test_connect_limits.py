"""How often /connect may be asked: clients for tokens, and strangers for what they guess."""

from base64 import b64encode
from typing import Any

import pytest
from django.test import Client as Browser
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings

from shop.building_blocks.limits.rates import Rate
from tests.identity.flows import SECRET, can_introspect

pytestmark = pytest.mark.django_db
ATTACKER = "198.51.100.66"


@pytest.fixture(autouse=True)
def reader(db: None, settings: Settings) -> None:
    settings.LIMITS = {
        **settings.LIMITS,
        "tokens_per_client": Rate(3, 60),
        "token_failures_per_address": Rate(4, 60),
    }
    for client_id in ("reader", "other"):
        can_introspect(client_id=client_id, scopes="catalog:read")


def ask(client_id: str = "reader", secret: str = SECRET, address: str = "203.0.113.7") -> Any:
    basic = b64encode(f"{client_id}:{secret}".encode()).decode()
    return post({"grant_type": "client_credentials"}, address, {"Authorization": f"Basic {basic}"})


def post(fields: dict[str, str], address: str = ATTACKER, headers: dict[str, str] | None = None) -> Any:
    client = Browser(enforce_csrf_checks=True, REMOTE_ADDR=address)
    return client.post("/connect/token", fields, headers=headers or {})


def test_a_client_is_refused_at_its_limit_in_the_form_of_oauth() -> None:
    assert [ask().status_code for _ in range(3)] == [200] * 3
    refused = ask(address="203.0.113.9")

    assert refused.status_code == 429
    assert refused.json()["error"] == "temporarily_unavailable"
    assert 0 < int(refused["Retry-After"]) <= 60
    assert refused["Cache-Control"] == "no-store"
    assert AccessToken.objects.count() == 3
    assert ask("other").status_code == 200


def test_secrets_are_guessed_a_few_times_and_then_the_right_one_is_refused_too() -> None:
    guesses = [ask(secret=f"guess {number}", address=ATTACKER).status_code for number in range(5)]

    assert guesses == [401] * 4 + [429]
    assert ask(address=ATTACKER).status_code == 429


def test_guesses_from_everywhere_use_up_nothing_of_the_client() -> None:
    for number in range(20):
        ask(secret="wrong", address=f"198.51.100.{number}")
        post(
            {"grant_type": "nonsense", "client_id": "reader", "client_secret": "x"},
            f"198.51.100.{number}",
        )

    assert [ask().status_code for _ in range(4)] == [200, 200, 200, 429]


def test_who_shows_no_secret_uses_up_nothing_of_the_client() -> None:
    for _ in range(6):
        post({"grant_type": "authorization_code", "client_id": "reader", "code": "guess"})

    assert post({"client_id": "reader"}).status_code == 429
    assert ask().status_code == 200


def test_successes_do_not_count_as_guesses(settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "tokens_per_client": Rate(100, 60)}

    assert [ask().status_code for _ in range(12)] == [200] * 12


@pytest.mark.parametrize("header", ["Basic", "Basic ?", "Basic /w==", "Basic Og==", "Bearer x"])
def test_whatever_the_credentials_look_like_it_counts(header: str) -> None:
    answers = [
        post({"grant_type": "client_credentials"}, headers={"Authorization": header}).status_code
        for _ in range(5)
    ]

    assert answers[-1] == 429
    assert set(answers[:4]) <= {400, 401}


def test_a_get_counts_too() -> None:
    answers = [Browser().get("/connect/token").status_code for _ in range(5)]

    assert answers == [405] * 4 + [429]
