"""The OpenAPI document says of each operation what its slice says, and what its building blocks do."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from rest_framework.test import APIClient

PRODUCTS, PRODUCT, USERS = "/api/v1/products", "/api/v1/products/{product_id}", "/api/v1/users"


@pytest.fixture
def document(anonymous: APIClient) -> Any:
    return anonymous.get("/openapi.json").json()


def operations(document: Any) -> Iterator[Any]:
    return (operation for path in document["paths"].values() for operation in path.values())


def resolved(document: Any, node: Any) -> Any:
    """Follow ``$ref``."""
    while "$ref" in node:
        found = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        node = found
    return node


def problems(document: Any, path: str, method: str, status: int) -> list[str]:
    """The types of problem that an answer may stand for."""
    response = resolved(document, document["paths"][path][method]["responses"][str(status)])
    assert set(response["content"]) == {"application/problem+json"}
    whole, part = response["content"]["application/problem+json"]["schema"]["allOf"]
    assert whole == {"$ref": "#/components/schemas/Problem"}
    return [kind.removeprefix("urn:shop:problem:") for kind in part["properties"]["type"]["enum"]]


def test_an_operation_has_the_name_the_summary_and_the_scope_of_its_slice(document: Any) -> None:
    operation = document["paths"][PRODUCTS]["post"]

    assert operation["operationId"] == "CreateProduct"
    assert operation["summary"] == "Add a product to the catalog"
    assert operation["tags"] == ["catalog"]
    assert operation["security"] == [{"oauth2": ["catalog:write"]}]


def test_every_operation_says_what_it_is(document: Any) -> None:
    for operation in operations(document):
        assert operation["summary"], operation["operationId"]
        assert operation["description"], operation["operationId"]


def test_an_operation_tells_every_problem_that_it_may_answer_with(document: Any) -> None:
    told = {
        status: problems(document, PRODUCTS, "post", int(status))
        for status in document["paths"][PRODUCTS]["post"]["responses"]
        if status != "201"
    }

    assert told == {
        "400": ["invalid", "parse-error", "malformed-header"],
        "401": ["not-authenticated", "invalid-token"],
        "403": ["insufficient-scope"],
        "409": ["duplicate-sku"],
        "411": ["length-required"],
        "413": ["body-too-large"],
        "415": ["unsupported-media-type"],
        "422": ["idempotency-key-reused"],
        "429": ["throttled"],
        "500": ["internal-server-error"],
    }


def test_two_refusals_of_one_status_are_both_told(document: Any) -> None:
    assert problems(document, PRODUCT, "get", 404) == ["not-found", "product-not-found"]

    examples = resolved(document, document["paths"][PRODUCT]["get"]["responses"]["404"])["content"][
        "application/problem+json"
    ]["examples"]
    assert examples["ProductNotFound"]["value"]["title"] == "The catalog has no such product"


def test_what_only_clients_are_answered_is_not_told_of_public_operations(document: Any) -> None:
    assert set(document["paths"][USERS]["post"]["responses"]) & {"401", "403", "422"} == set()


def test_every_operation_may_be_asked_too_often(document: Any) -> None:
    for operation in operations(document):
        answer = resolved(document, operation["responses"]["429"])
        assert "Retry-After" in answer["headers"], operation["operationId"]


def parameters(document: Any, path: str, method: str) -> dict[str, Any]:
    given = [resolved(document, one) for one in document["paths"][path][method].get("parameters", ())]
    return {one["name"]: one for one in given}


def headers(document: Any, path: str, method: str, status: int) -> set[str]:
    return set(resolved(document, document["paths"][path][method]["responses"][str(status)])["headers"])


def test_headers_are_told_of_the_operations_whose_building_blocks_use_them(document: Any) -> None:
    assert "Idempotency-Key" in parameters(document, PRODUCTS, "post")
    assert headers(document, PRODUCTS, "post", 201) == {"X-Request-ID", "Location", "Idempotent-Replayed"}

    assert "If-None-Match" in parameters(document, PRODUCT, "get")
    assert headers(document, PRODUCT, "get", 200) == {"X-Request-ID", "ETag"}
    assert headers(document, PRODUCT, "get", 304) == {"X-Request-ID", "ETag"}

    assert set(parameters(document, "/api/v1/inventories", "get")) == {"cursor", "limit", "X-Request-ID"}
    assert headers(document, PRODUCTS, "get", 401) == {"X-Request-ID", "WWW-Authenticate"}
    assert headers(document, USERS, "post", 429) == {"X-Request-ID", "Retry-After"}


def test_every_reference_leads_somewhere(document: Any) -> None:
    def walk(node: Any) -> Iterator[Any]:
        yield node
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from walk(child)

    references = [node for node in walk(document) if isinstance(node, dict) and "$ref" in node]
    assert references
    for reference in references:
        assert resolved(document, reference)


def test_every_body_has_an_example_that_fits_its_schema(document: Any) -> None:
    shown = [
        (operation["operationId"], status, content)
        for operation in operations(document)
        for status, body in [("", operation.get("requestBody", {})), *operation["responses"].items()]
        for content in resolved(document, body).get("content", {}).values()
    ]
    assert shown
    for name, status, content in shown:
        examples = [one["value"] for one in content.get("examples", {}).values()]
        examples += [content["example"]] if "example" in content else []
        assert examples, (name, status)
        for example in examples:
            assert example, (name, status)
            schema = {**content["schema"], "components": document["components"]}
            Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(example)


def test_an_answers_example_has_the_values_of_the_requests(document: Any) -> None:
    answer = document["paths"][PRODUCT]["get"]["responses"]["200"]["content"]["application/json"]["example"]

    assert (answer["sku"], answer["name"], answer["price"]) == ("MUG-1", "Mug", "9.50")


def test_answers_are_described_by_their_structs(document: Any) -> None:
    shape = document["components"]["schemas"]["ProductDetails"]["properties"]

    assert shape["id"] == {"type": "string", "format": "uuid"}
    assert shape["price"] == {"type": "string", "format": "decimal"}
    assert shape["created_at"] == {"type": "string", "format": "date-time"}


def test_registration_needs_no_token(document: Any) -> None:
    assert not document["paths"][USERS]["post"].get("security")
