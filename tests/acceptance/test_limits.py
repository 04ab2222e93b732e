"""Who does too much is told to wait, by whichever process it reaches."""

from collections import Counter
from collections.abc import Iterator

import pytest
import requests
from django.conf import settings

from tests.acceptance.processes import LocalShop, Monolith, Shop


@pytest.fixture
def strict_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    kind = Monolith if settings.BROKER_URL else LocalShop
    shop = kind(tmp_path_factory.mktemp("limits", numbered=True))
    shop.env |= {"REGISTRATIONS_PER_ADDRESS": "3/min", "TOKENS_PER_CLIENT": "2/min"}
    shop.prepare()
    try:
        shop.start()
        yield shop
    finally:
        shop.kill()
        shop.forget()


def test_of_many_requests_the_first_few_are_heard(strict_shop: Shop) -> None:
    url = f"{strict_shop.url}/api/v1/users"
    answers = [requests.post(url, json={}, timeout=20) for _ in range(12)]

    assert Counter(answer.status_code for answer in answers) == {400: 3, 429: 9}
    refused = answers[-1]
    assert refused.json()["type"] == "urn:shop:problem:throttled"
    assert 0 < int(refused.headers["Retry-After"]) <= 60

    asked = [ask_for_a_token(strict_shop) for _ in range(3)]

    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert asked[-1].json()["error"] == "temporarily_unavailable"
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 60


def ask_for_a_token(shop: Shop) -> requests.Response:
    fields = {"grant_type": "client_credentials"}
    return requests.post(f"{shop.url}/connect/token", auth=shop.credentials, data=fields, timeout=20)
