"""The OpenAPI document says of each operation what its slice says."""

from typing import Any

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def document(anonymous: APIClient) -> Any:
    return anonymous.get("/openapi.json").json()


def test_an_operation_has_the_name_the_summary_and_the_scope_of_its_slice(document: Any) -> None:
    operation = document["paths"]["/api/v1/products"]["post"]

    assert operation["operationId"] == "CreateProduct"
    assert operation["summary"] == "Add a product to the catalog"
    assert operation["tags"] == ["catalog"]
    assert operation["security"] == [{"oauth2": ["catalog:write"]}]


def test_an_operation_tells_every_problem_that_it_may_answer_with(document: Any) -> None:
    responses = document["paths"]["/api/v1/products"]["post"]["responses"]

    assert set(responses) == {"201", "400", "401", "403", "409", "415", "500"}
    assert responses["409"]["description"] == "The catalog already has a product with this SKU."
    assert set(responses["409"]["content"]) == {"application/problem+json"}


def test_answers_are_described_by_their_structs(document: Any) -> None:
    shape = document["components"]["schemas"]["ProductDetails"]["properties"]

    assert shape["id"] == {"type": "string", "format": "uuid"}
    assert shape["price"] == {"type": "string", "format": "decimal"}
    assert shape["created_at"] == {"type": "string", "format": "date-time"}


def test_registration_needs_no_token(document: Any) -> None:
    assert not document["paths"]["/api/v1/users"]["post"].get("security")
