"""Too many requests of a client, a user or an address, and nobody refused for somebody else's."""

from collections.abc import Callable
from typing import Any

import pytest
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from shop.building_blocks.limits.rates import Rate
from shop.modules.identity.models import User
from tests.support import a_client_with

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    names = ("requests_per_client", "requests_per_user", "requests_per_address", "registrations_per_address")
    settings.LIMITS = {**settings.LIMITS, **{name: Rate(3, 60) for name in names}}


def codes(ask: Callable[[], Any], times: int) -> list[int]:
    return [ask().status_code for _ in range(times)]


def of_user(client: APIClient, name: str) -> APIClient:
    """The client whose token was made last, for a user."""
    user, _ = User.objects.get_or_create(username=name)
    latest = AccessToken.objects.latest("id")
    latest.user = user
    latest.save()
    return client


def test_a_client_is_refused_at_its_limit_and_told_when_to_come_again() -> None:
    reader = a_client_with("catalog:read")

    assert codes(lambda: reader.get(PRODUCTS), 3) == [200] * 3
    refused = reader.get(PRODUCTS)

    assert refused.status_code == 429
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["type"] == "urn:shop:problem:throttled"
    assert 0 < int(refused["Retry-After"]) <= 60
    assert codes(lambda: a_client_with("catalog:read").get(PRODUCTS), 2) == [200, 200]


def test_every_method_counts_and_so_does_what_is_refused() -> None:
    reader = a_client_with("catalog:read")

    asked = [reader.head(PRODUCTS), reader.get(f"{PRODUCTS}?limit=x"), reader.post(PRODUCTS, {})]
    assert [answer.status_code for answer in asked] == [200, 400, 403]

    assert reader.get(PRODUCTS).status_code == 429


def test_a_user_of_an_app_uses_up_nothing_of_its_other_users() -> None:
    alice = of_user(a_client_with("catalog:read"), "alice")
    bob = of_user(a_client_with("catalog:read"), "bob")
    AccessToken.objects.update(application=AccessToken.objects.latest("id").application)

    assert codes(lambda: alice.get(PRODUCTS), 4) == [200, 200, 200, 429]
    assert codes(lambda: bob.get(PRODUCTS), 4) == [200, 200, 200, 429]


def test_a_user_has_one_limit_whatever_apps_she_uses() -> None:
    one = of_user(a_client_with("catalog:read"), "alice")
    other = of_user(a_client_with("catalog:read"), "alice")

    assert codes(lambda: one.get(PRODUCTS), 2) + codes(lambda: other.get(PRODUCTS), 2) == [200, 200, 200, 429]


@pytest.mark.parametrize("token", ["", "Bearer guess"], ids=["none", "wrong"])
def test_tokens_are_not_guessed_without_end_nor_is_it_asked_without_one(token: str) -> None:
    stranger = APIClient(HTTP_AUTHORIZATION=token) if token else APIClient()

    assert codes(lambda: stranger.get(PRODUCTS), 4) == [401, 401, 401, 429]
    assert APIClient(REMOTE_ADDR="203.0.113.8").get(PRODUCTS).status_code == 401


def test_a_valid_token_is_heard_from_an_address_that_is_refused() -> None:
    codes(lambda: APIClient().get(PRODUCTS), 4)

    assert a_client_with("catalog:read").get(PRODUCTS).status_code == 200


def test_an_address_is_not_changed_by_claiming_another_one() -> None:
    claims = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(4)]

    answers = [APIClient().get(PRODUCTS, headers=claim) for claim in claims]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]


def test_behind_a_proxy_its_clients_are_told_apart(settings: Settings) -> None:
    settings.PROXIES = 1

    def ask(address: str) -> Any:
        return APIClient().get(PRODUCTS, headers={"X-Forwarded-For": f"6.6.6.6, {address}"})

    assert codes(lambda: ask("203.0.113.7"), 4) == [401, 401, 401, 429]
    assert ask("203.0.113.8").status_code == 401


def test_registrations_have_a_limit_of_their_own(settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "requests_per_address": Rate(100, 60)}

    assert codes(lambda: APIClient().post("/api/v1/users", {}), 4) == [400, 400, 400, 429]
    assert APIClient().post("/api/v1/users", {}, REMOTE_ADDR="203.0.113.8").status_code == 400


def test_what_a_path_does_not_know_counts_too() -> None:
    assert codes(lambda: APIClient().delete(PRODUCTS), 4) == [405, 405, 405, 429]


def test_pages_and_probes_are_not_limited() -> None:
    assert codes(lambda: APIClient().get("/livez"), 10) == [200] * 10
