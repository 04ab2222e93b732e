"""Where a request comes from, behind however many proxies, and whatever a client claims."""

import pytest
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from shop.building_blocks.http.addresses import client_address


def address(near: str, forwarded: str | None = None) -> str:
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=near))


def test_without_proxies_what_a_client_claims_is_ignored() -> None:
    assert address("203.0.113.7", "198.51.100.1") == "203.0.113.7"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
        (1, "6.6.6.6,7.7.7.7,203.0.113.7", "203.0.113.7"),
        (2, "6.6.6.6, 203.0.113.7, 10.0.0.2", "203.0.113.7"),
        (2, "203.0.113.7", "203.0.113.7"),
        (1, "203.0.113.7:51234", "203.0.113.7"),
        (1, "[2001:db8:1:2::3]:51234", "2001:db8:1:2::/64"),
        (1, None, "10.0.0.1"),
        (1, "", "10.0.0.1"),
        (1, "unknown", "10.0.0.1"),
        (1, "6.6.6.6, ", "10.0.0.1"),
        (1, "[::1", "10.0.0.1"),
        (1, "203.0.113.7\u0660", "10.0.0.1"),
    ],
)
def test_each_proxy_adds_one_and_what_stands_left_of_theirs_is_a_claim(
    settings: Settings, proxies: int, forwarded: str | None, expected: str
) -> None:
    settings.PROXIES = proxies

    assert address("10.0.0.1", forwarded) == expected


@pytest.mark.parametrize(
    ("near", "expected"),
    [
        ("2001:db8:1:2::3", "2001:db8:1:2::/64"),
        ("2001:0DB8:1:2:ffff::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::3", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("", ""),
    ],
)
def test_of_ipv6_a_subscribers_whole_network_is_one(near: str, expected: str) -> None:
    assert address(near) == expected
