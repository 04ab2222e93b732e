"""The catalog as its HTTP clients see it."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from tests.support import a_client_with, a_product, an_inventory, deliver_events

pytestmark = pytest.mark.django_db

MUG = {"sku": "MUG-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid4()), "quantity": 12}


@pytest.fixture
def clerk(db: None) -> APIClient:
    return a_client_with("catalog:write", "catalog:read", "inventory:read", "inventory:write")


def test_a_created_product_can_be_fetched_where_the_answer_says(clerk: APIClient) -> None:
    created = clerk.post("/api/v1/products", MUG)

    assert created.status_code == 201
    shown = clerk.get(created["Location"])
    assert shown.status_code == 200
    assert shown.json()["id"] == created.json()["id"]
    assert shown.json()["price"] == "9.50"
    assert shown.json()["created_at"].endswith("Z")


def test_the_stock_of_a_created_product_is_open_and_its_availability_known(clerk: APIClient) -> None:
    food = clerk.post("/api/v1/inventories", {"name": "food"}).json()["id"]
    product_id = clerk.post("/api/v1/products", MUG | {"inventory_id": food}).json()["id"]

    deliver_events()

    stock = clerk.get(f"/api/v1/stock/{product_id}").json()
    assert (stock["on_hand"], stock["available"]) == (12, 12)
    assert clerk.get(f"/api/v1/products/{product_id}").json()["available"] == 12
    assert clerk.get("/api/v1/products").json()["items"][0]["available"] == 12


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", "mug 1"),
        ("sku", "AB"),
        ("sku", "A" * 33),
        ("name", ""),
        ("name", "x" * 256),
        ("price", "-0.01"),
        ("price", "1.001"),
        ("price", "NaN"),
        ("price", "ten"),
        ("currency", "XYZ"),
        ("inventory_id", "food"),
        ("quantity", -1),
        ("quantity", 1.5),
        ("description", "x" * 5001),
        ("name", "with a \x00 byte"),
        ("name", 42),
        ("name", True),
        ("name", ["Mug"]),
        ("price", 9.5),
        ("price", {"amount": "9.50"}),
        ("currency", 978),
        ("inventory_id", 12),
        ("quantity", "12"),
        ("quantity", True),
        ("quantity", None),
    ],
)
def test_says_which_field_is_wrong(clerk: APIClient, field: str, value: Any) -> None:
    response = clerk.post("/api/v1/products", MUG | {field: value})

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [error["pointer"] for error in response.json()["errors"]] == [f"#/{field}"]


def test_says_everything_that_is_wrong_at_once(clerk: APIClient) -> None:
    response = clerk.post("/api/v1/products", {"sku": "mug", "colour": "white"})

    pointers = {error["pointer"] for error in response.json()["errors"]}
    assert pointers == {"#/sku", "#/name", "#/price", "#/inventory_id", "#/quantity", "#/colour"}


def test_a_taken_sku_is_a_conflict_with_a_name(clerk: APIClient) -> None:
    clerk.post("/api/v1/products", MUG)

    response = clerk.post("/api/v1/products", MUG)

    assert response.status_code == 409
    assert response.json()["type"] == "urn:shop:problem:duplicate-sku"
    assert response.json()["title"] == "The catalog already has a product with this SKU"


def test_lists_in_pages(clerk: APIClient) -> None:
    for number in range(3):
        a_product(sku=f"MUG-{number}")

    first = clerk.get("/api/v1/products", {"limit": 2}).json()
    second = clerk.get("/api/v1/products", {"limit": 2, "cursor": first["next"]}).json()

    assert [item["sku"] for item in first["items"] + second["items"]] == ["MUG-2", "MUG-1", "MUG-0"]
    assert second["next"] is None


@pytest.mark.parametrize(
    "parameters", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "nonsense!"}, {"page": 2}]
)
def test_refuses_parameters_that_it_does_not_understand(clerk: APIClient, parameters: dict[str, Any]) -> None:
    response = clerk.get("/api/v1/products", parameters)

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == [f"#/{next(iter(parameters))}"]


def test_each_slice_has_its_own_scope() -> None:
    reader, writer = a_client_with("catalog:read"), a_client_with("catalog:write")

    assert reader.get("/api/v1/products").status_code == 200
    assert reader.post("/api/v1/products", MUG).status_code == 403
    assert writer.get("/api/v1/products").status_code == 403
    assert a_client_with("inventory:read").get("/api/v1/products").status_code == 403


def test_stock_of_an_unknown_product_is_not_found(clerk: APIClient) -> None:
    an_inventory()

    assert clerk.get(f"/api/v1/stock/{uuid4()}").status_code == 404
    assert clerk.get(f"/api/v1/inventories/{uuid4()}").status_code == 404
