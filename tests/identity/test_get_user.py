"""What other modules, and the API's administrators, are told of somebody."""

import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.modules.identity.contracts import GetUser, KnownUser, UserNotFound
from shop.modules.identity.features.deactivate_user import DeactivateUser
from shop.modules.identity.features.get_user_details import GetUserDetails
from tests.identity.arrange import a_superuser, a_user, update
from tests.support import a_client_with

pytestmark = pytest.mark.django_db


def test_another_module_learns_the_name_and_nothing_else(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    alice = a_user("alice")

    with django_assert_num_queries(1, using="identity"):
        known = send(GetUser(user_id=alice))

    assert known == KnownUser(id=alice, username="alice", is_active=True)


def test_another_module_learns_who_has_gone() -> None:
    alice = a_user("alice")
    send(DeactivateUser(user_id=alice, by=a_superuser()))

    assert not send(GetUser(user_id=alice)).is_active


def test_nobody_is_not_found() -> None:
    for question in (GetUser(user_id=uuid7()), GetUserDetails(uuid7())):
        with pytest.raises(UserNotFound):
            send(question)


def test_the_details_take_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    alice = a_user("alice", first_name="Alice", last_name="Liddell")

    with django_assert_num_queries(1, using="identity"):
        shown = send(GetUserDetails(alice))

    assert (shown.username, shown.email) == ("alice", "alice@example.org")
    assert (shown.first_name, shown.last_name, shown.is_active) == ("Alice", "Liddell", True)


def test_over_http_the_details_have_a_tag_of_their_version() -> None:
    alice = a_user("alice")
    client = a_client_with("users:read")

    first = client.get(f"/api/v1/users/{alice}")
    assert first.json()["version"] == 1
    assert first["ETag"] == '"1"'
    again = client.get(f"/api/v1/users/{alice}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304

    update(alice, last_name="Liddell")
    assert client.get(f"/api/v1/users/{alice}")["ETag"] == '"2"'


def test_an_unknown_user_is_a_404_of_a_clear_type() -> None:
    answer = a_client_with("users:read").get(f"/api/v1/users/{uuid7()}")

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:shop:problem:user-not-found")
