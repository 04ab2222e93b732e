"""The authorization endpoint: RFC 6749 section 4.1, RFC 7636, RFC 9207, RFC 9700."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client as Browser
from django.utils import timezone

from shop.modules.identity.models import Grant
from tests.identity.flows import CALLBACK, Request, a_user, an_application, logged_in, sent_back

pytestmark = pytest.mark.django_db
ISSUER = "http://testserver"


def test_a_stranger_logs_in_first() -> None:
    answer = Browser().get(Request(an_application()).url)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/login?next=/connect/authorize")


def test_the_user_is_shown_who_asks_for_what() -> None:
    page = logged_in(a_user()).get(Request(an_application(name="Trolley")).url)

    assert page.status_code == 200
    assert "Allow Trolley?" in page.text
    assert "<li>See products</li>" in page.text
    assert "Create and change products" not in page.text


def test_what_is_allowed_comes_back_with_the_state_and_the_issuer() -> None:
    answer = logged_in(a_user()).post(Request(an_application()).url, {"allow": "yes"})

    told = sent_back(answer)
    assert told.keys() == {"code", "state", "iss"}
    assert (told["state"], told["iss"]) == ("the state", ISSUER)


def test_what_is_denied_comes_back_with_the_state_and_the_issuer() -> None:
    told = sent_back(logged_in(a_user()).post(Request(an_application()).url))

    assert told == {"error": "access_denied", "state": "the state", "iss": ISSUER}


def test_a_consent_needs_the_form_of_the_shop() -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(a_user())

    assert browser.post(Request(an_application()).url, {"allow": "yes"}).status_code == 403
    assert not Grant.objects.exists()


def test_a_code_is_stored_so_that_nobody_can_use_it_who_reads_the_database() -> None:
    request = Request(an_application())
    code = request.allowed_by(a_user())

    stored = Grant.objects.get()

    assert code not in {stored.code, str(stored)}
    assert request.exchanged(stored.code).status_code == 400
    assert request.exchanged(code).status_code == 200


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "https://evil.example/callback",
        "https://app.example/callback/more",
        "https://app.example/callback?more=1",
        "https://APP.example/callback",
        "https://alice@app.example/callback",
        "https://app.example:8443/callback",
        "https://app.example/callback#there",
        "http://app.example/callback",
        "http://127.0.0.1/callback",
        "javascript:alert(1)",
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(redirect_uri: str) -> None:
    request = Request(an_application(), more={"redirect_uri": redirect_uri})
    browser = logged_in(a_user())

    for answer in (browser.get(request.url), browser.post(request.url, {"allow": "yes"})):
        assert answer.status_code == 400
        assert "Location" not in answer
        assert "This did not work" in answer.text


def test_a_native_application_may_listen_on_any_port_of_its_machine() -> None:
    """RFC 8252, section 7.3."""
    native = an_application(redirect_uris="http://127.0.0.1/callback")
    request = Request(native, more={"redirect_uri": "http://127.0.0.1:51004/callback"})

    answer = logged_in(a_user()).post(request.url, {"allow": "yes"})

    assert "code" in sent_back(answer, to="http://127.0.0.1:51004/callback")


@pytest.mark.parametrize(
    "more",
    [
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": ""},
        {"code_challenge": "a"},
        {"code_challenge": "a" * 500},
        {"nonce": "n" * 256},
    ],
)
def test_a_request_without_a_proper_pkce_is_refused(more: dict[str, str]) -> None:
    """Before anybody is asked to consent, and by the form, too."""
    request = Request(an_application(), more=more)
    browser = logged_in(a_user())

    for answer in (browser.get(request.url), browser.post(request.url, {"allow": "yes"})):
        told = sent_back(answer)
        assert (told["error"], told["iss"]) == ("invalid_request", ISSUER)


@pytest.mark.parametrize("response_type", ["token", "id_token", "code id_token", "code token", "none"])
def test_only_codes_are_given_out(response_type: str) -> None:
    request = Request(an_application(), more={"response_type": response_type, "nonce": "n"})

    refusals = {"unsupported_response_type", "unauthorized_client"}
    assert sent_back(logged_in(a_user()).get(request.url))["error"] in refusals


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "code_challenge", "scope", "state"])
def test_a_parameter_comes_once(name: str) -> None:
    answer = logged_in(a_user()).get(f"{Request(an_application()).url}&{name}=again")

    assert (answer.status_code, "Location" in answer) == (400, False)


def test_a_nul_is_refused() -> None:
    request = Request(an_application(), more={"client_id": "a\0b"})

    assert logged_in(a_user()).get(request.url).status_code == 400


def test_an_unknown_or_inactive_client_gets_nobody_anywhere() -> None:
    inactive = Request(an_application(is_active=False))
    unknown = Request(inactive.client, more={"client_id": "nobody"})
    browser = logged_in(a_user())

    for request in (inactive, unknown):
        assert (browser.get(request.url).status_code, browser.get(request.url).has_header("Location")) == (
            400,
            False,
        )


def test_a_user_gives_only_what_the_user_has() -> None:
    reader = a_user(scopes="catalog:read")
    request = Request(an_application(), scope="openid catalog:read catalog:write")

    page = logged_in(reader).get(request.url).text
    tokens = request.exchanged(request.allowed_by(reader)).json()

    assert "See products" in page
    assert "Create and change products" not in page
    assert tokens["scope"] == "openid catalog:read"


def test_a_user_who_has_none_of_it_gives_nothing() -> None:
    request = Request(an_application(), scope="catalog:write")
    browser = logged_in(a_user(scopes="inventory:read"))

    for answer in (browser.get(request.url), browser.post(request.url, {"allow": "yes"})):
        assert sent_back(answer) == {"error": "invalid_scope", "state": "the state", "iss": ISSUER}


def test_a_client_asks_only_for_what_it_was_given() -> None:
    request = Request(an_application(scopes="openid catalog:read"), scope="catalog:read catalog:write")

    assert sent_back(logged_in(a_user()).get(request.url))["error"] == "invalid_scope"


def test_a_form_that_was_tampered_with_changes_nothing() -> None:
    request = Request(an_application())
    browser = logged_in(a_user())

    for tampered in ({"scope": "catalog:write"}, {"redirect_uri": "https://evil.example/callback"}):
        assert browser.post(request.url, {"allow": "yes", **tampered}).status_code == 400
    unproven = sent_back(browser.post(request.url, {"allow": "yes", "code_challenge": ""}))["code"]
    assert request.exchanged(unproven, code_verifier="").status_code == 400


def test_a_client_cannot_skip_the_consent() -> None:
    alice, request = a_user(), Request(an_application())
    request.exchanged(request.allowed_by(alice))

    again = logged_in(alice).get(f"{request.url}&approval_prompt=auto")

    assert again.status_code == 200
    assert "Allow The app?" in again.text


class TestPrompt:
    """OpenID Connect Core, section 3.1.2.1."""

    def test_none_is_told_that_a_login_is_needed(self) -> None:
        answer = Browser().get(Request(an_application(), more={"prompt": "none"}).url)

        assert sent_back(answer)["error"] == "login_required"

    def test_none_is_told_that_a_consent_is_needed(self) -> None:
        answer = logged_in(a_user()).get(Request(an_application(), more={"prompt": "none"}).url)

        assert sent_back(answer)["error"] == "consent_required"

    def test_none_does_not_send_anybody_to_an_unknown_address(self) -> None:
        strange = {"prompt": "none", "redirect_uri": "https://evil.example/callback"}

        assert Browser().get(Request(an_application(), more=strange).url).status_code == 400

    def test_login_logs_in_again(self) -> None:
        answer = logged_in(a_user()).get(Request(an_application(), more={"prompt": "login"}).url)

        assert answer["Location"].startswith("/login?next=")
        assert quote("prompt=login") not in answer["Location"]

    @pytest.mark.parametrize(("age", "asked"), [("3600", False), ("60", True), ("0", True)])
    def test_a_login_may_be_too_old(self, age: str, asked: bool) -> None:
        alice = a_user()
        browser = logged_in(alice)
        alice.last_login = timezone.now() - timedelta(minutes=10)
        alice.save()

        answer: Any = browser.get(Request(an_application(), more={"max_age": age}).url)

        assert answer.status_code == (302 if asked else 200)


def test_the_page_is_not_kept() -> None:
    assert logged_in(a_user()).get(Request(an_application()).url)["Cache-Control"] == "no-store"


def test_a_registered_query_stays_part_of_the_address() -> None:
    """RFC 6749, section 3.1.2."""
    tenant = f"{CALLBACK}?tenant=1"
    request = Request(an_application(redirect_uris=tenant), more={"redirect_uri": tenant})

    told = sent_back(logged_in(a_user()).post(request.url, {"allow": "yes"}), to=tenant)

    assert told["tenant"] == "1"
