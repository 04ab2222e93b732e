"""Who does too much is told to wait, by whichever process it reaches."""

from collections import Counter
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pytest
import requests

from tests.acceptance.shops import Shop
from tools.private_server import free_port

pytestmark = pytest.mark.topologies("local", "monolith")
STRICT = {"REGISTRATIONS_PER_ADDRESS": "3/min", "TOKENS_PER_CLIENT": "2/min", "PROXIES": "1"}
STRANGER = {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}


@pytest.fixture
def strict_shop(a_shop: Shop, tmp_path: Path) -> Iterator[Shop]:
    """Another web server of the shop, with small limits and behind a proxy."""
    strict = copy(a_shop)
    strict.folder, strict.port = tmp_path, free_port()
    strict.env = {**a_shop.env, "DATA_DIR": str(tmp_path), **STRICT}
    strict.processes = []
    try:
        strict.launch(strict.commands()[:1])
        yield strict
    finally:
        strict.kill()


def test_the_first_few_of_many_registrations_and_token_requests_are_heard(strict_shop: Shop) -> None:
    url = f"{strict_shop.url}/api/v1/users"
    answers = [requests.post(url, json={}, headers=STRANGER, timeout=20) for _ in range(12)]

    assert Counter(answer.status_code for answer in answers) == {400: 3, 429: 9}
    refused = answers[-1]
    assert refused.json()["type"] == "urn:shop:problem:throttled"
    assert 0 < int(refused.headers["Retry-After"]) <= 60

    tokens = [ask_for_a_token(strict_shop) for _ in range(3)]

    refused = tokens[-1]
    assert (refused.status_code, refused.json()["error"]) == (429, "temporarily_unavailable")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Cache-Control"] == "no-store"


def ask_for_a_token(shop: Shop) -> requests.Response:
    fields = {"grant_type": "client_credentials"}
    auth = shop.credentials
    return requests.post(f"{shop.url}/connect/token", auth=auth, data=fields, headers=STRANGER, timeout=20)
