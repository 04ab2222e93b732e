import pytest
from rest_framework.test import APIClient

from shop.building_blocks.mediator import send
from shop.modules.identity.features.register_user import RegisterUser, UsernameTaken
from shop.modules.identity.models import OutboxMessage, User

pytestmark = pytest.mark.django_db

ALICE = {"username": "alice", "email": "alice@example.org", "password": "correct horse 1"}


def test_opens_an_account_that_can_log_in() -> None:
    user_id = send(RegisterUser(**ALICE, first_name="Alice"))

    user = User.objects.get(id=user_id)
    assert user.check_password("correct horse 1")
    assert (user.is_active, user.is_staff, user.is_superuser) == (True, False, False)


def test_tells_the_others_without_personal_data() -> None:
    user_id = send(RegisterUser(**ALICE))

    told = OutboxMessage.objects.get()
    assert told.type == "identity.user_registered.v1"
    assert told.subject == str(user_id)
    assert "alice" not in told.body


def test_refuses_a_taken_name() -> None:
    send(RegisterUser(**ALICE))

    with pytest.raises(UsernameTaken):
        send(RegisterUser(**ALICE | {"email": "other@example.org"}))


def test_needs_no_token(anonymous: APIClient) -> None:
    response = anonymous.post("/api/v1/users", ALICE)

    assert response.status_code == 201
    assert response.json() == {"id": str(User.objects.get().id)}


def test_a_taken_name_is_a_conflict_that_tells_nothing_else(anonymous: APIClient) -> None:
    anonymous.post("/api/v1/users", ALICE)

    response = anonymous.post("/api/v1/users", ALICE)

    assert response.status_code == 409
    assert response.json()["type"] == "urn:shop:problem:username-taken"
    assert "alice" not in response.content.decode()


@pytest.mark.parametrize("password", ["short", "password123", "alice@example.org", "918273645546372819"])
def test_refuses_weak_passwords(anonymous: APIClient, password: str) -> None:
    response = anonymous.post("/api/v1/users", ALICE | {"password": password})

    assert response.status_code == 400
    assert {error["pointer"] for error in response.json()["errors"]} == {"#/password"}
    assert not User.objects.exists()


def test_an_address_may_not_register_accounts_without_end(anonymous: APIClient) -> None:
    codes = [anonymous.post("/api/v1/users", {}).status_code for _ in range(21)]

    assert codes == [400] * 20 + [429]


def test_nobody_can_make_themselves_an_administrator(anonymous: APIClient) -> None:
    response = anonymous.post("/api/v1/users", ALICE | {"is_superuser": True})

    assert response.status_code == 400
    assert response.json()["errors"] == [
        {"pointer": "#/is_superuser", "detail": "Unknown field.", "code": "unknown"}
    ]


@pytest.mark.parametrize("username", ["\ufdfa" * 100, "\ufdfa", "a b", "a\0b", "x" * 151])
def test_refuses_names_that_no_account_can_have(anonymous: APIClient, username: str) -> None:
    response = anonymous.post("/api/v1/users", ALICE | {"username": username})

    assert response.status_code == 400
    assert {error["pointer"] for error in response.json()["errors"]} == {"#/username"}


def test_the_command_does_not_know_the_password() -> None:
    assert "correct horse" not in repr(vars(RegisterUser(**ALICE)))
