"""The inventory as its HTTP clients see it."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from shop.modules.inventory.models import Movement, Reservation
from tests.inventory.arrange import a_stock, let_its_time_pass
from tests.support import a_client_with, an_inventory, deliver_events

pytestmark = pytest.mark.django_db

RESERVATIONS = "/api/v1/reservations"
UNKNOWN = UUID(int=7)


@pytest.fixture
def clerk(db: None) -> APIClient:
    return a_client_with("inventory:read", "inventory:write")


@pytest.fixture
def food(db: None) -> UUID:
    return an_inventory("food")


@pytest.fixture
def mug(food: UUID) -> UUID:
    return a_stock((food, 12))


def line(product_id: UUID, quantity: Any = 1) -> dict[str, Any]:
    return {"product_id": str(product_id), "quantity": quantity}


def reserve(clerk: APIClient, *lines: dict[str, Any], **fields: Any) -> Any:
    return clerk.post(RESERVATIONS, {"lines": list(lines), **fields})


def adjust(clerk: APIClient, product_id: UUID, **fields: Any) -> Any:
    return clerk.post(f"/api/v1/stock/{product_id}/adjustments", {"reason": "Counted.", **fields})


def test_from_a_delivery_to_a_sale(clerk: APIClient, food: UUID, mug: UUID) -> None:
    delivered = adjust(clerk, mug, inventory_id=str(food), delta=5, reason="Delivery 4711.")
    assert delivered.status_code == 201
    assert (delivered.json()["on_hand"], delivered.json()["version"]) == (17, 2)

    placed = reserve(clerk, line(mug, 3))
    assert placed.status_code == 201
    shown = clerk.get(placed["Location"]).json()
    assert (shown["id"], shown["state"]) == (placed.json()["id"], "placed")
    assert shown["lines"] == [
        {
            "product_id": str(mug),
            "quantity": 3,
            "allocations": [{"inventory_id": str(food), "quantity": 3}],
        }
    ]
    assert shown["expires_at"].endswith("Z")

    first, second = (clerk.post(f"{placed['Location']}/confirm") for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json() == {"id": shown["id"], "state": "confirmed", "version": 2}

    ledger = clerk.get(f"/api/v1/stock/{mug}/movements").json()["items"]
    assert [(one["kind"], one["delta"], one["balance"]) for one in ledger] == [
        ("shipment", -3, 14),
        ("adjustment", 5, 17),
        ("opening", 12, 12),
    ]
    assert ledger[0]["reservation_id"] == shown["id"]
    items = clerk.get(f"/api/v1/inventories/{food}/items").json()["items"]
    assert items == [{"product_id": str(mug), "sku": "MUG-1", "on_hand": 14, "reserved": 0, "available": 14}]
    assert clerk.get(f"/api/v1/stock/{mug}").json()["on_hand"] == 14


def test_every_line_that_is_short_is_named(clerk: APIClient, food: UUID, mug: UUID) -> None:
    cup, unknown = a_stock((food, 1)), uuid4()

    refused = reserve(clerk, line(cup, 2), line(mug, 12), line(unknown, 1))

    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (409, "urn:shop:problem:insufficient-stock")
    assert problem["errors"] == [
        {
            "pointer": "#/lines/0/quantity",
            "detail": f"1 of {cup} are available, not 2.",
            "code": "insufficient-stock",
            "available": 1,
        },
        {
            "pointer": "#/lines/2/quantity",
            "detail": f"0 of {unknown} are available, not 1.",
            "code": "insufficient-stock",
            "available": 0,
        },
    ]
    assert not Reservation.objects.exists()


def test_an_adjustment_below_what_is_reserved_is_a_conflict(clerk: APIClient, food: UUID, mug: UUID) -> None:
    reserve(clerk, line(mug, 10))

    refused = adjust(clerk, mug, inventory_id=str(food), delta=-3)

    assert (refused.status_code, refused.json()["type"]) == (409, "urn:shop:problem:insufficient-stock")


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["#/lines"]),
        ({"lines": []}, ["#/lines"]),
        ({"lines": "mug"}, ["#/lines"]),
        ({"lines": ["mug"]}, ["#/lines/0"]),
        ({"lines": [{}]}, ["#/lines/0/product_id", "#/lines/0/quantity"]),
        ({"lines": [line(uuid4(), 0)]}, ["#/lines/0/quantity"]),
        ({"lines": [line(uuid4(), 2**31)]}, ["#/lines/0/quantity"]),
        ({"lines": [line(uuid4()), line(uuid4()) | {"colour": "white"}]}, ["#/lines/1/colour"]),
        ({"lines": [line(UUID(int=1)), line(uuid4()), line(UUID(int=1))]}, ["#/lines/2/product_id"]),
        ({"lines": [line(uuid4()) for _ in range(101)]}, ["#/lines"]),
        ({"lines": [line(uuid4())], "expires_in": 0}, ["#/expires_in"]),
        ({"lines": [line(uuid4())], "expires_in": 10**12}, ["#/expires_in"]),
        ({"lines": [line(uuid4())], "colour": "white"}, ["#/colour"]),
    ],
)
def test_says_what_is_wrong_with_a_reservation(
    clerk: APIClient, body: dict[str, Any], pointers: list[str]
) -> None:
    refused = clerk.post(RESERVATIONS, body)

    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == pointers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("inventory_id", "food"),
        ("delta", 0),
        ("delta", 1.5),
        ("delta", 2**31),
        ("delta", -(2**31)),
        ("reason", " "),
        ("reason", "x" * 201),
        ("reason", "with a \x00 byte"),
        ("colour", "white"),
    ],
)
def test_says_what_is_wrong_with_an_adjustment(
    clerk: APIClient, food: UUID, mug: UUID, field: str, value: Any
) -> None:
    refused = adjust(clerk, mug, **{"inventory_id": str(food), "delta": 1, field: value})

    assert refused.status_code == 400
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"#/{field}"]
    assert Movement.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/v1/inventories/{UNKNOWN}", 404),
        (f"/api/v1/inventories/{UNKNOWN}/items", 404),
        (f"/api/v1/stock/{UNKNOWN}", 404),
        (f"/api/v1/stock/{UNKNOWN}/movements", 404),
        (f"{RESERVATIONS}/{UNKNOWN}", 404),
        ("/api/v1/stock/1", 404),
        (f"/api/v1/stock/{UNKNOWN}/movements?sort=delta", 400),
        (f"/api/v1/stock/{UNKNOWN}/movements?cursor=x", 400),
        (f"/api/v1/inventories/{UNKNOWN}/items?limit=101", 400),
    ],
)
def test_what_is_not_there_or_not_understood_is_a_problem(clerk: APIClient, path: str, status: int) -> None:
    refused = clerk.get(path)

    assert refused.status_code == status
    assert refused["Content-Type"] == "application/problem+json"


def test_what_is_sent_about_nothing_is_not_found(clerk: APIClient, food: UUID, mug: UUID) -> None:
    for move in ("confirm", "release"):
        assert clerk.post(f"{RESERVATIONS}/{uuid4()}/{move}").status_code == 404
    assert adjust(clerk, uuid4(), inventory_id=str(food), delta=1).status_code == 404
    unknown = adjust(clerk, mug, inventory_id=str(uuid4()), delta=1)
    assert (unknown.status_code, unknown.json()["type"]) == (404, "urn:shop:problem:inventory-not-found")


def test_a_move_that_the_state_does_not_allow_is_a_conflict_with_a_name(clerk: APIClient, mug: UUID) -> None:
    confirmed, released, expired = (reserve(clerk, line(mug))["Location"] for _ in range(3))
    clerk.post(f"{confirmed}/confirm")
    clerk.post(f"{released}/release")
    let_its_time_pass(UUID(expired.rpartition("/")[2]))
    too_late = clerk.post(f"{expired}/confirm")
    deliver_events()

    refusals = {
        "reservation-already-confirmed": clerk.post(f"{confirmed}/release"),
        "reservation-already-released": clerk.post(f"{released}/confirm"),
        "reservation-expired": clerk.post(f"{expired}/release"),
    }

    assert clerk.get(expired).json()["state"] == "expired"
    for slug, refused in (refusals | {"reservation-expired": too_late}).items():
        assert (refused.status_code, refused.json()["type"]) == (409, f"urn:shop:problem:{slug}")
    assert clerk.get(f"/api/v1/stock/{mug}").json()["available"] == 11


def test_a_reservation_that_is_sent_again_is_placed_once(clerk: APIClient, mug: UUID) -> None:
    body, headers = {"lines": [line(mug)]}, {"Idempotency-Key": "k1"}

    first, second = (clerk.post(RESERVATIONS, body, headers=headers) for _ in range(2))

    assert first.json() == second.json()
    assert second["Idempotent-Replayed"] == "true"
    assert clerk.get(f"/api/v1/stock/{mug}").json()["reserved"] == 1


def test_what_the_client_has_is_not_sent_again_until_it_changes(
    clerk: APIClient, food: UUID, mug: UUID
) -> None:
    reservation = reserve(clerk, line(mug))["Location"]
    stock, inventory = f"/api/v1/stock/{mug}", f"/api/v1/inventories/{food}"
    tags = {path: clerk.get(path)["ETag"] for path in (reservation, stock, inventory)}
    assert tags == {reservation: '"1"', stock: '"2"', inventory: '"1"'}

    clerk.post(f"{reservation}/release")

    again = {path: clerk.get(path, headers={"If-None-Match": tag}).status_code for path, tag in tags.items()}
    assert again == {reservation: 200, stock: 200, inventory: 304}
    assert clerk.get(stock, headers={"If-None-Match": '"3"'}).status_code == 304


def test_who_may_read_may_not_write_and_the_other_way_round(food: UUID, mug: UUID) -> None:
    reader, writer = a_client_with("inventory:read"), a_client_with("inventory:write")
    reservation = reserve(writer, line(mug))["Location"]

    for path in (
        "/api/v1/inventories",
        f"/api/v1/inventories/{food}/items",
        f"/api/v1/stock/{mug}/movements",
    ):
        assert (reader.get(path).status_code, writer.get(path).status_code) == (200, 403)
    assert reserve(reader, line(mug)).status_code == 403
    assert adjust(reader, mug, inventory_id=str(food), delta=1).status_code == 403
    assert (reader.get(reservation).status_code, writer.get(reservation).status_code) == (403, 200)
    for move in ("confirm", "release"):
        assert reader.post(f"{reservation}/{move}").status_code == 403


def test_a_read_asks_the_inventory_once(
    clerk: APIClient, food: UUID, mug: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reservation = reserve(clerk, line(mug), line(a_stock((food, 1))))["Location"]
    stock, inventory = f"/api/v1/stock/{mug}", f"/api/v1/inventories/{food}"

    for path in (
        reservation,
        stock,
        f"{stock}/movements",
        inventory,
        f"{inventory}/items",
        "/api/v1/inventories",
    ):
        with django_assert_num_queries(1, using="inventory"):
            assert clerk.get(path).status_code == 200


def test_a_line_more_costs_as_many_statements_more(
    clerk: APIClient, food: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Of its own: the item, its allocation, the stock's version, and what is told of it."""
    products = [a_stock((food, 9)) for _ in range(4)]
    fixed, per_line = 8, 4
    clerk.get("/api/v1/inventories")  # it takes permits for the next ones, too

    for count in (1, 4):
        with django_assert_num_queries(fixed + per_line * count, using="inventory"):
            reserve(clerk, *[line(product) for product in products[:count]])
