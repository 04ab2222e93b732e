"""Users reach the reservations that they placed; to them there are no others."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from shop.modules.inventory.models import Reservation
from tests.identity.arrange import a_user
from tests.inventory.arrange import a_stock
from tests.support import a_client_with, an_inventory

pytestmark = pytest.mark.django_db
RESERVATIONS = "/api/v1/reservations"
WAYS = [("get", ""), ("post", "/confirm"), ("post", "/release")]


@pytest.fixture
def alice(db: None) -> APIClient:
    return a_client_with("inventory:write", user=a_user("alice"))


@pytest.fixture
def eve(db: None) -> APIClient:
    return a_client_with("inventory:write", user=a_user("eve"))


@pytest.fixture
def mug(db: None) -> UUID:
    return a_stock((an_inventory(), 12))


def place(client: APIClient, product_id: UUID) -> str:
    placed = client.post(RESERVATIONS, {"lines": [{"product_id": str(product_id), "quantity": 1}]})
    assert placed.status_code == 201, placed.content
    return str(placed["Location"])


def told(answer: Any, path: str) -> Any:
    """What was answered, but for the id that was asked for and the request's own."""
    problem = {**answer.json(), "trace_id": "", "instance": ""}
    return answer.status_code, str(problem).replace(path.split("/")[4], "id"), sorted(answer.headers)


@pytest.mark.parametrize(("method", "move"), WAYS)
def test_that_of_another_is_no_different_from_one_that_never_was(
    alice: APIClient, eve: APIClient, mug: UUID, method: str, move: str
) -> None:
    alices, none = f"{place(alice, mug)}{move}", f"{RESERVATIONS}/{uuid4()}{move}"

    refused = getattr(eve, method)(alices)

    assert (refused.status_code, refused.json()["type"]) == (404, "urn:shop:problem:reservation-not-found")
    assert told(refused, alices) == told(getattr(eve, method)(none), none)
    assert Reservation.objects.get().state == "placed"


@pytest.mark.parametrize(("method", "move"), WAYS)
def test_ones_own_is_reached(alice: APIClient, mug: UUID, method: str, move: str) -> None:
    assert getattr(alice, method)(f"{place(alice, mug)}{move}").status_code == 200


@pytest.mark.parametrize(("method", "move"), WAYS)
def test_ones_own_is_reached_by_another_client_too(mug: UUID, method: str, move: str) -> None:
    user = a_user("alice")
    phone, browser = (a_client_with("inventory:write", user=user) for _ in range(2))

    assert getattr(browser, method)(f"{place(phone, mug)}{move}").status_code == 200


@pytest.mark.parametrize(("method", "move"), WAYS)
def test_the_back_office_reaches_all(alice: APIClient, mug: UUID, method: str, move: str) -> None:
    back_office = a_client_with("inventory:write")

    assert getattr(back_office, method)(f"{place(alice, mug)}{move}").status_code == 200


@pytest.mark.parametrize(("method", "move"), WAYS)
def test_what_a_client_placed_for_nobody_is_no_users(
    alice: APIClient, mug: UUID, method: str, move: str
) -> None:
    placed = place(a_client_with("inventory:write"), mug)

    assert getattr(alice, method)(f"{placed}{move}").status_code == 404


def test_neither_a_guessed_tag_nor_anothers_key_opens_it(alice: APIClient, eve: APIClient, mug: UUID) -> None:
    placed = place(alice, mug)
    key = {"Idempotency-Key": "k1"}
    assert alice.post(f"{placed}/confirm", headers=key).status_code == 200

    assert eve.get(placed, headers={"If-None-Match": '"2"'}).status_code == 404
    assert eve.post(f"{placed}/confirm", headers=key).status_code == 404


def test_to_look_whose_it_is_takes_no_statement_more(
    alice: APIClient, mug: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    placed = place(alice, mug)
    alice.get(placed)

    with django_assert_num_queries(1, using="inventory"):
        alice.get(placed)
