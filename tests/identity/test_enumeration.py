"""Nobody learns who has an account: not by what is said, and not by how long it takes.

Time is counted in hashes, which is where it goes, and not in seconds, which a busy machine makes up. A
statement more or less, which is the order of a millisecond, is not hidden.
"""

import pytest
from django.test import Client as Browser
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from shop.modules.identity.models import Client
from tests.identity.flows import a_user, a_web_application, by, switch_passwords_on

pytestmark = pytest.mark.django_db
NAMES = ["alice", "former", "nobody"]
"""Has an account; has had one; never had."""


@pytest.fixture(autouse=True)
def _people(db: None) -> None:
    a_user("alice")
    former = a_user("former")
    former.is_active = False
    former.save()


def counted(hashes: list[str]) -> int:
    made = len(hashes)
    hashes.clear()
    return made


@pytest.mark.parametrize("page", ["/login", "/admin/login/"])
def test_a_login_says_the_same_of_everybody_after_as_many_hashes(hashes: list[str], page: str) -> None:
    told, took = set(), set()
    for name in NAMES:
        answer = Browser().post(page, {"username": name, "password": "a guess", "next": "/admin/"})
        took.add(counted(hashes))
        error = answer.content.decode().partition('class="errornote"')[2].partition("</p>")[0]
        told.add((answer.status_code, error.replace(name, "NAME"), *sorted(answer.headers)))

    assert len(told) == 1
    assert took == {1}


def test_who_is_out_cannot_tell_by_the_right_password_either() -> None:
    answers = [
        Browser().post("/login", {"username": "former", "password": password}).content.decode()
        for password in ("correct horse 1", "a guess")
    ]

    errors = [page.partition('class="errornote"')[2].partition("</p>")[0] for page in answers]
    assert errors[0] == errors[1]


def test_a_registration_hashes_whether_or_not_the_name_is_taken(hashes: list[str]) -> None:
    """That it is taken cannot be hidden from who wants it; who has it is not told."""
    body = {"email": "alice@shop.example", "password": "staple battery 2"}
    answers = []
    took = set()
    for name in ("alice", "former", "new"):
        answers.append(APIClient().post("/api/v1/users", {"username": name, **body}))
        took.add(counted(hashes))

    assert took == {1}
    assert [answer.status_code for answer in answers] == [409, 409, 201]
    taken, was_taken = ({**answer.json(), "trace_id": ""} for answer in answers[:2])
    assert taken == was_taken


def test_an_address_that_somebody_has_is_nobodys_business() -> None:
    body = {"username": "new", "email": "alice@shop.example", "password": "staple battery 2"}

    assert APIClient().post("/api/v1/users", body).status_code == 201


@pytest.mark.parametrize("name", ["alice\r\nroot", "alice\n", "al\u202eice", "alice\u0000", "\u2028alice"])
def test_no_name_can_break_a_line_or_turn_it_round(name: str) -> None:
    body = {"username": name, "email": "a@shop.example", "password": "staple battery 2"}

    answer = APIClient().post("/api/v1/users", body)

    assert answer.status_code in {400, 409}


def test_a_name_in_full_width_is_the_same_name() -> None:
    body = {"username": "\uff41lice", "email": "a@shop.example", "password": "staple battery 2"}

    assert APIClient().post("/api/v1/users", body).status_code == 409


def test_the_token_endpoint_says_the_same_of_a_wrong_secret_and_an_unknown_client() -> None:
    known = a_web_application(authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS)
    unknown = Client(client_id="nobody", client_type=known.client_type)

    answers = [by(one, secret="wrong", grant_type="client_credentials") for one in (known, unknown)]

    assert {(one.status_code, one.content) for one in answers} == {(401, answers[0].content)}


@pytest.mark.filterwarnings("ignore:.*password credentials grant")
def test_the_password_grant_says_the_same_of_everybody_after_as_many_hashes(
    hashes: list[str], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch_passwords_on(settings, monkeypatch)
    old = a_web_application(authorization_grant_type=Client.GRANT_PASSWORD)
    told, took = set(), set()
    hashes.clear()

    for name in NAMES:
        answer = by(old, grant_type="password", username=name, password="a guess")
        took.add(counted(hashes))
        told.add((answer.status_code, answer.content))

    assert len(told) == 1
    assert took == {1}
