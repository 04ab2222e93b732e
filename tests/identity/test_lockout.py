"""Guessing passwords comes to an end, and keeps nobody else out."""

from typing import Any

import pytest
from django.test import Client as Browser
from pytest_django.fixtures import Settings

from shop.building_blocks.limits.rates import Rate
from shop.modules.identity.models import User
from tests.support import at_once, eventually

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 1"
HOME, ATTACKER = "203.0.113.7", "198.51.100.66"


@pytest.fixture(autouse=True)
def _people(db: None) -> None:
    for name in ("alice", "bob"):
        User.objects.create_user(name, password=PASSWORD, is_staff=True)


def log_in(name: str, password: str, address: str = ATTACKER, browser: Browser | None = None) -> Any:
    fields = {"username": name, "password": password, "next": "/admin/"}
    return (browser or Browser()).post("/admin/login/", fields, REMOTE_ADDR=address)


def at_home(name: str, browser: Browser | None = None) -> int:
    return int(log_in(name, PASSWORD, HOME, browser).status_code)


def guess(name: str, times: int, address: str = ATTACKER) -> list[int]:
    return [log_in(name, f"guess {number}", address).status_code for number in range(times)]


def guess_from_everywhere(name: str, addresses: int = 60) -> list[int]:
    return [guess(name, 1, f"198.51.100.{number}")[0] for number in range(addresses)]


def known_browser(name: str) -> Browser:
    """It has logged in before, and out again."""
    browser = Browser()
    assert at_home(name, browser) == 302
    browser.cookies.pop("sessionid")
    return browser


def test_after_five_guesses_the_right_password_is_refused_too() -> None:
    assert guess("alice", 6) == [200] * 5 + [429]

    refused = log_in("alice", PASSWORD)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 900
    assert "Too many attempts to log in. Wait 15 minutes" in refused.content.decode()
    assert "sessionid" not in refused.cookies


def test_the_owner_logs_in_elsewhere_and_others_from_there() -> None:
    guess("alice", 6)

    assert at_home("alice") == 302
    assert log_in("bob", PASSWORD).status_code == 302


def test_nobody_learns_whether_there_is_such_an_account() -> None:
    def told(name: str) -> list[tuple[int, str]]:
        answers = [log_in(name, "guess") for _ in range(6)]
        texts = [answer.content.decode().replace(name, "NAME") for answer in answers]
        return [(answer.status_code, errors(text)) for answer, text in zip(answers, texts, strict=True)]

    assert told("alice") == told("nobody")


def errors(page: str) -> str:
    return page.partition('class="errornote"')[2].partition("</p>")[0]


def test_an_unknown_account_is_refused_before_anything_is_hashed(hashes: list[str]) -> None:
    guess("nobody", 8)
    guess("alice", 8)

    assert len(hashes) == 10


def test_guesses_from_everywhere_lock_strangers_out_and_not_a_known_browser() -> None:
    alices, bobs = known_browser("alice"), known_browser("bob")

    assert guess_from_everywhere("alice") == [200] * 50 + [429] * 10

    assert at_home("alice") == 429
    assert at_home("alice", alices) == 302
    assert at_home("bob") == 302
    assert at_home("bob", bobs) == 302


def test_one_address_alone_locks_no_stranger_out() -> None:
    """What is refused for its address does not count for the account."""
    assert set(guess("alice", 70)[5:]) == {429}

    assert at_home("alice") == 302


def test_an_address_guesses_at_few_accounts() -> None:
    answers = [guess(f"user {number}", 1)[0] for number in range(105)]

    assert answers == [200] * 100 + [429] * 5
    assert log_in("bob", PASSWORD).status_code == 429
    assert at_home("bob") == 302


def test_the_addresses_of_a_network_are_one() -> None:
    answers = [guess("alice", 1, f"2001:db8::{number:x}")[0] for number in range(1, 7)]

    assert answers == [200] * 5 + [429]


def test_a_known_browser_has_a_limit_too_and_for_its_own_account_only() -> None:
    alices = known_browser("alice")

    guesses = [log_in("alice", "guess", HOME, alices).status_code for _ in range(11)]
    of_bob = [log_in("bob", "guess", HOME, alices).status_code for _ in range(6)]

    assert guesses == [200] * 10 + [429]
    assert of_bob == [200] * 5 + [429]


@pytest.mark.parametrize("cookie", ["", "x", "a:b:c", "W10:1:2"])
def test_a_forged_device_is_a_stranger(cookie: str) -> None:
    forged = Browser()
    forged.cookies["device"] = cookie

    assert [log_in("alice", "guess", browser=forged).status_code for _ in range(6)] == [200] * 5 + [429]


def test_the_cookie_names_nobody_and_is_out_of_reach_of_scripts() -> None:
    cookie = log_in("alice", PASSWORD, HOME).cookies["device"]

    assert "alice" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 31_536_000)


def test_the_cookie_is_as_secure_as_that_of_the_session(settings: Settings) -> None:
    settings.SESSION_COOKIE_SECURE = True

    assert log_in("alice", PASSWORD, HOME).cookies["device"]["secure"]


def test_logging_in_does_not_count() -> None:
    for _ in range(4):
        assert at_home("alice") == 302

    assert guess("alice", 6, HOME) == [200] * 5 + [429]


def test_who_logs_in_often_is_not_refused() -> None:
    assert {at_home("alice") for _ in range(20)} == {302}


def test_spellings_of_a_name_are_one_account() -> None:
    answers = [guess(name, 1)[0] for name in ("alice", "Alice", "ALICE", "\uff41lice", "aLice", "alicE")]

    assert answers == [200] * 5 + [429]


def test_it_ends_and_what_was_refused_makes_it_no_longer(settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "logins_per_account_and_address": Rate(1, 1)}

    assert log_in("alice", "guess").status_code == 200
    assert eventually(lambda: log_in("alice", PASSWORD).status_code == 302, seconds=3)


@pytest.mark.django_db(transaction=True)
def test_guesses_at_once_are_never_more_than_the_limit(hashes: list[str]) -> None:
    answers = at_once(*[lambda: log_in("alice", "guess").status_code] * 30)

    assert sorted(answers) == [200] * 5 + [429] * 25
    assert len(hashes) == 5


def test_the_limits_are_settings(settings: Settings) -> None:
    settings.LIMITS = {**settings.LIMITS, "logins_per_account_and_address": Rate(2, 60)}

    assert guess("alice", 3) == [200, 200, 429]
    assert "Wait a minute" in log_in("alice", "guess").content.decode()


def test_the_shops_own_login_page_is_guarded_by_the_same_limits() -> None:
    browser = Browser()

    def log_in_at_the_page(password: str) -> Any:
        fields = {"username": "alice", "password": password}
        return browser.post("/login", fields, REMOTE_ADDR=ATTACKER)

    guess("alice", 3)
    assert [log_in_at_the_page("guess").status_code for _ in range(3)] == [200, 200, 429]
    refused = log_in_at_the_page(PASSWORD)

    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 900
    assert "Too many attempts to log in. Wait 15 minutes" in refused.content.decode()
    assert "sessionid" not in browser.cookies

    assert browser.post("/login", {"username": "bob", "password": PASSWORD}).status_code == 200
    assert {"sessionid", "device"} <= set(browser.cookies)
