"""The catalog as its HTTP clients see it."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from tests.support import a_client_with, a_product, an_inventory, deliver_events

pytestmark = pytest.mark.django_db

PRODUCTS = "/api/v1/products"
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


def test_lists_what_is_asked_for_and_in_what_order(clerk: APIClient) -> None:
    for sku, name, price, currency in (
        ("TEA-1", "Tea", "3.00", "EUR"),
        ("MUG-1", "Mug", "9.50", "EUR"),
        ("MUG-2", "Large mug", "12.00", "USD"),
    ):
        a_product(sku=sku, name=name, price=Decimal(price), currency=currency)

    def skus(**parameters: str) -> list[str]:
        return [item["sku"] for item in clerk.get(PRODUCTS, parameters).json()["items"]]

    assert skus() == ["MUG-2", "MUG-1", "TEA-1"]
    assert skus(sort="price") == ["TEA-1", "MUG-1", "MUG-2"]
    assert skus(sort="-name") == ["TEA-1", "MUG-1", "MUG-2"]
    assert skus(name="MUG", sort="created_at") == ["MUG-1", "MUG-2"]
    assert skus(sku="TEA-1") == ["TEA-1"]
    assert skus(currency="EUR", min_price="3.01") == ["MUG-1"]
    assert skus(max_price="9.50", in_stock="false") == ["MUG-1", "TEA-1"]
    assert skus(in_stock="true") == []


def test_a_cursor_goes_on_where_the_page_ended(clerk: APIClient) -> None:
    for number in range(5):
        a_product(sku=f"MUG-{number}", price=Decimal(2))
    asked: Any = {"sort": "-price", "currency": "USD", "name": "mug", "limit": 2}

    seen, cursor = [], None
    while page := clerk.get(PRODUCTS, asked | ({"cursor": cursor} if cursor else {})).json():
        seen += [item["sku"] for item in page["items"]]
        if not (cursor := page["next"]):
            break

    assert seen == ["MUG-4", "MUG-3", "MUG-2", "MUG-1", "MUG-0"]
    other = clerk.get(PRODUCTS, {"sort": "name", "cursor": clerk.get(PRODUCTS, asked).json()["next"]})
    assert [error["pointer"] for error in other.json()["errors"]] == ["#/cursor"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sort", "sku"),
        ("currency", "usd"),
        ("min_price", "cheap"),
        ("min_price", "NaN"),
        ("max_price", "1e30"),
        ("max_price", "0.001"),
        ("in_stock", "yes"),
        ("in_stock", ""),
        ("name", ""),
        ("name", "x" * 256),
        ("name", "\0"),
        ("sku", "x" * 33),
    ],
)
def test_refuses_filters_that_it_does_not_understand(clerk: APIClient, name: str, value: str) -> None:
    response = clerk.get(PRODUCTS, {name: value})

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == [f"#/{name}"]


def test_searches_and_shows_the_best_first(clerk: APIClient) -> None:
    a_product(sku="MUG-1", name="Mug", description="For coffee.")
    a_product(sku="BEANS-1", name="Coffee beans")

    answer = clerk.get(f"{PRODUCTS}/search", {"q": "cofee"})

    assert answer.status_code == 200
    assert [item["sku"] for item in answer.json()["items"]] == ["BEANS-1", "MUG-1"]
    assert len(clerk.get(f"{PRODUCTS}/search?q=cofee&limit=1").json()["items"]) == 1


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"q": ""},
        {"q": "   "},
        {"q": "!?.,-_'\"\\"},
        {"q": "\0"},
        {"q": "x" * 10_000},
        {"q": "a b c d e f g h i j k"},
    ],
    ids=str,
)
def test_a_search_without_a_word_or_with_too_many_is_refused(clerk: APIClient, parameters: Any) -> None:
    response = clerk.get(f"{PRODUCTS}/search", parameters)

    assert response.status_code == 400
    assert [error["pointer"] for error in response.json()["errors"]] == ["#/q"]


CHANGE = {"name": "Large mug", "description": "", "price": "12.00", "currency": "EUR"}


def test_who_has_seen_a_product_can_change_it_and_is_shown_it(clerk: APIClient) -> None:
    location = clerk.post(PRODUCTS, MUG)["Location"]
    tag = clerk.get(location)["ETag"]

    changed = clerk.put(location, CHANGE, headers={"If-Match": tag})

    assert changed.status_code == 200
    assert changed.json() == clerk.get(location).json()
    assert changed.json()["name"] == "Large mug"
    assert changed["ETag"] == clerk.get(location)["ETag"] == '"2.0"'


def test_a_sale_does_not_spoil_a_change(clerk: APIClient) -> None:
    food = an_inventory()
    location = clerk.post(PRODUCTS, MUG | {"inventory_id": str(food)})["Location"]
    tag = clerk.get(location)["ETag"]
    deliver_events()
    assert clerk.get(location)["ETag"] != tag

    assert clerk.put(location, CHANGE, headers={"If-Match": tag}).status_code == 200


@pytest.mark.parametrize("method", ["put", "delete"])
def test_who_has_not_seen_it_or_not_as_it_is_cannot(clerk: APIClient, method: str) -> None:
    location = clerk.post(PRODUCTS, MUG)["Location"]
    clerk.put(location, CHANGE, headers={"If-Match": "*"})
    send = getattr(clerk, method)

    blind, stale = send(location, CHANGE), send(location, CHANGE, headers={"If-Match": '"1.0"'})

    assert (blind.status_code, stale.status_code) == (428, 412)
    assert blind.json()["type"] == "urn:shop:problem:precondition-required"
    assert stale.json()["type"] == "urn:shop:problem:stale-version"
    assert clerk.get(location).json()["version"] == 2


@pytest.mark.parametrize("field", CHANGE)
def test_a_change_names_every_field(clerk: APIClient, field: str) -> None:
    location = clerk.post(PRODUCTS, MUG)["Location"]
    change = {name: value for name, value in CHANGE.items() if name != field}

    response = clerk.put(location, change | {"sku": "MUG-2"}, headers={"If-Match": "*"})

    assert response.status_code == 400
    assert {error["pointer"] for error in response.json()["errors"]} == {f"#/{field}", "#/sku"}


def test_a_deleted_product_is_gone(clerk: APIClient) -> None:
    location = clerk.post(PRODUCTS, MUG)["Location"]

    deleted = clerk.delete(location, headers={"If-Match": '"1.0"'})

    assert (deleted.status_code, deleted.content) == (204, b"")
    assert clerk.get(location).status_code == 404
    assert clerk.put(location, CHANGE, headers={"If-Match": "*"}).status_code == 404
    assert (
        clerk.delete(location, headers={"If-Match": "*"}).json()["type"]
        == "urn:shop:problem:product-not-found"
    )
    assert clerk.get(PRODUCTS).json() == {"items": [], "next": None}


def test_a_retry_of_the_creation_of_a_deleted_product_gets_its_answer_and_makes_nothing(
    clerk: APIClient,
) -> None:
    first = clerk.post(PRODUCTS, MUG, headers={"Idempotency-Key": "k1"})
    clerk.delete(first["Location"], headers={"If-Match": "*"})

    again = clerk.post(PRODUCTS, MUG, headers={"Idempotency-Key": "k1"})

    assert (again.status_code, again.json()) == (201, first.json())
    assert clerk.post(PRODUCTS, MUG).status_code == 409
    assert clerk.get(PRODUCTS).json()["items"] == []


def test_each_slice_has_its_own_scope() -> None:
    reader, writer = a_client_with("catalog:read"), a_client_with("catalog:write")
    product = f"{PRODUCTS}/{a_product()}"

    assert reader.get(f"{PRODUCTS}/search", {"q": "mug"}).status_code == 200
    assert writer.get(f"{PRODUCTS}/search", {"q": "mug"}).status_code == 403
    assert reader.put(product, CHANGE, headers={"If-Match": "*"}).status_code == 403
    assert reader.delete(product, headers={"If-Match": "*"}).status_code == 403

    assert reader.get("/api/v1/products").status_code == 200
    assert reader.post("/api/v1/products", MUG).status_code == 403
    assert writer.get("/api/v1/products").status_code == 403
    assert a_client_with("inventory:read").get("/api/v1/products").status_code == 403


def test_stock_of_an_unknown_product_is_not_found(clerk: APIClient) -> None:
    an_inventory()

    assert clerk.get(f"/api/v1/stock/{uuid4()}").status_code == 404
    assert clerk.get(f"/api/v1/inventories/{uuid4()}").status_code == 404
