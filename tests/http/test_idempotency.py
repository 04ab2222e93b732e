"""A POST that is sent again under its Idempotency-Key changes nothing, and gets the first answer again."""

from typing import Any
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from shop.modules.catalog.models import OutboxMessage, Product
from tests.support import a_client_with

pytestmark = pytest.mark.django_db

MUG = {"sku": "MUG-1", "name": "Mug", "price": "9.50", "inventory_id": str(uuid4()), "quantity": 12}


@pytest.fixture
def clerk(db: None) -> APIClient:
    return a_client_with("catalog:write")


def create(client: APIClient, key: str | None, **changed: Any) -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post("/api/v1/products", MUG | changed, headers=headers)


def test_the_same_request_again_gets_the_first_answer_again(clerk: APIClient) -> None:
    first, second = create(clerk, "k1"), create(clerk, "k1")

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert second["Location"] == first["Location"]
    assert second["Content-Type"] == "application/json"
    assert second["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert (Product.objects.count(), OutboxMessage.objects.count()) == (1, 1)
