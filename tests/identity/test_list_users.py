import pytest
from pytest_django import DjangoAssertNumQueries

from shop.building_blocks.mediator import send
from shop.modules.identity.features.deactivate_user import DeactivateUser
from shop.modules.identity.features.list_users import ListUsers
from tests.identity.arrange import a_superuser, a_user
from tests.support import a_client_with

pytestmark = pytest.mark.django_db
USERS = "/api/v1/users"


def test_shows_the_newest_first_in_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    alice, bob = a_user("alice", first_name="Alice"), a_user("bob")

    with django_assert_num_queries(1, using="identity"):
        page = send(ListUsers())

    assert [one.id for one in page.items if one.username != "root"] == [bob, alice]
    assert page.items[-1].first_name == "Alice"


def test_pages_through_everybody_once() -> None:
    users = [a_user(f"user-{number}") for number in range(5)]
    client = a_client_with("users:read")

    first = client.get(USERS, {"limit": 3}).json()
    second = client.get(USERS, {"limit": 3, "cursor": first["next"]}).json()

    assert [one["id"] for one in first["items"] + second["items"]] == [str(user) for user in reversed(users)]
    assert second["next"] is None


def test_finds_somebody_by_the_whole_name_however_it_is_written() -> None:
    bob = a_user("bob")
    a_user("bobby")
    client = a_client_with("users:read")

    for written in ("bob", "\uff42ob"):  # the latter in full width
        found = client.get(USERS, {"username": written}).json()["items"]
        assert [one["id"] for one in found] == [str(bob)]
    assert client.get(USERS, {"username": "bo"}).json()["items"] == []


def test_tells_those_who_may_log_in_from_those_who_may_not() -> None:
    alice, bob, root = a_user("alice"), a_user("bob"), a_superuser()
    send(DeactivateUser(user_id=bob, by=root))
    client = a_client_with("users:read")

    def found(is_active: str) -> set[str]:
        return {one["id"] for one in client.get(USERS, {"is_active": is_active}).json()["items"]}

    assert found("true") == {str(alice), str(root)}
    assert found("false") == {str(bob)}


@pytest.mark.parametrize(
    "query", [{"email": "a@b.c"}, {"is_active": "yes"}, {"username": "a\0"}, {"limit": "0"}]
)
def test_refuses_what_is_not_on_the_list_of_filters(query: dict[str, str]) -> None:
    answer = a_client_with("users:read").get(USERS, query)

    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"#/{name}" for name in query]


def test_shows_no_hash_and_no_rank() -> None:
    a_user("alice")

    (shown,) = a_client_with("users:read").get(USERS).json()["items"]

    assert set(shown) == {
        "id", "username", "email", "first_name", "last_name", "is_active", "created_at",
    }  # fmt: skip
