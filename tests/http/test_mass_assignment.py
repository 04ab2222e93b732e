"""Nobody sets what is not theirs to set, by any operation with a JSON body, also one added tomorrow."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml

from shop.modules.catalog.models import Product
from shop.modules.identity.models import User
from shop.modules.inventory.models import Inventory, Reservation, Stock
from tests.support import a_client_with

pytestmark = pytest.mark.django_db
DOCUMENT: Any = yaml.safe_load((Path(__file__).parents[2] / "docs/openapi.yaml").read_text())
OURS = [
    "id", "pk", "version", "created_at", "date_joined", "is_staff", "is_superuser", "is_active", "groups",
    "user_permissions", "password_hash", "scopes", "available", "reserved", "on_hand", "state", "by",
    "placed_by", "expires_at", "expiry_event", "__class__", "_state", "constructor", "__proto__",
]  # fmt: skip


def operations() -> Iterator[tuple[str, str, Any]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            body = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if body:
                yield path, method, body


@pytest.mark.parametrize(
    ("path", "method", "body"), [pytest.param(*one, id=f"{one[1]} {one[0]}") for one in operations()]
)
def test_a_field_that_is_ours_is_refused_by_name_and_nothing_is_changed(
    path: str, method: str, body: Any
) -> None:
    example = body["example"]
    planted = {name: True for name in OURS if name not in example}
    client = a_client_with("catalog:write", "inventory:write", "users:write")
    address = path
    while "{" in address:
        address = address[: address.index("{")] + str(uuid4()) + address[address.index("}") + 1 :]

    answer = getattr(client, method)(address, {**example, **planted}, headers={"If-Match": '"1"'})

    assert answer.status_code == 400, answer.content
    refused = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert refused == {f"#/{name}": "unknown" for name in planted}
    assert not any(
        model._default_manager.exists() for model in (Product, Inventory, Stock, Reservation, User)
    )


def test_a_line_of_a_reservation_has_no_more_fields_either() -> None:
    line = {"product_id": str(uuid4()), "quantity": 1, "inventory_id": str(uuid4()), "price": "0.00"}

    answer = a_client_with("inventory:write").post("/api/v1/reservations", {"lines": [line]})

    assert {error["pointer"] for error in answer.json()["errors"]} == {
        "#/lines/0/inventory_id",
        "#/lines/0/price",
    }


def test_there_are_operations_to_try() -> None:
    assert len(list(operations())) >= 6
