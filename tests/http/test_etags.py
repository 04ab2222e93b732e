"""Conditional requests, RFC 9110: send nothing that the client has, change nothing that it has not seen."""

from uuid import UUID

import pytest
from rest_framework.request import Request
from rest_framework.test import APIClient, APIRequestFactory

from shop.building_blocks.http.etags import ANY_VERSION, PreconditionRequired, StaleVersion, expected_version
from shop.building_blocks.http.headers import MalformedHeader
from shop.modules.catalog.models import Listing, Product
from tests.support import a_client_with, a_product


def if_match(header: str) -> Request:
    return Request(APIRequestFactory().put("/", headers={"If-Match": header}))


@pytest.mark.parametrize(
    "header", ['"3"', '"3.7"', '"2", "3.1"', ' , "1" ,, "3" ,', '"a,b","3"', '"\xe9","3"']
)
def test_a_version_that_is_named_may_be_changed(header: str) -> None:
    expected_version(if_match(header)).check(3)


@pytest.mark.parametrize("header", ['"2"', '"30"', '"03"', 'W/"3"', 'W/"3.7", "4"', '""', '".3"', '"x.3"'])
def test_another_version_is_stale(header: str) -> None:
    with pytest.raises(StaleVersion, match="version 3 by now"):
        expected_version(if_match(header)).check(3)


def test_a_star_stands_for_whatever_is_there() -> None:
    assert expected_version(if_match("*")) == ANY_VERSION
    ANY_VERSION.check(3)


def test_a_change_must_name_what_it_changes() -> None:
    with pytest.raises(PreconditionRequired):
        expected_version(Request(APIRequestFactory().put("/")))


@pytest.mark.parametrize(
    "header", ["", ",", "3", '"3', '3"', '"a" "b"', '"a b"', 'w/"3"', '*, "3"', '"3";', "\0"]
)
def test_what_is_no_list_of_tags_is_malformed(header: str) -> None:
    with pytest.raises(MalformedHeader, match="If-Match must be"):
        expected_version(if_match(header))


@pytest.fixture
def mug(db: None) -> UUID:
    product_id = a_product()
    Listing.objects.update(available=5, stock_version=7)
    return product_id


@pytest.fixture
def reader(db: None) -> APIClient:
    return a_client_with("catalog:read")


def test_an_answer_has_the_tag_of_all_that_it_shows(reader: APIClient, mug: UUID) -> None:
    assert reader.get(f"/api/v1/products/{mug}")["ETag"] == '"1.7"'


@pytest.mark.parametrize("header", ['"1.7"', 'W/"1.7"', '"x", "1.7"', "*"])
def test_what_the_client_has_is_not_sent_again(reader: APIClient, mug: UUID, header: str) -> None:
    answer = reader.get(f"/api/v1/products/{mug}", headers={"If-None-Match": header})

    assert answer.status_code == 304
    assert answer["ETag"] == '"1.7"'
    assert answer.content == b""
    assert "Content-Type" not in answer


@pytest.mark.parametrize("header", ['"1.6"', '"1"', '"7"'])
def test_what_has_changed_is_sent(reader: APIClient, mug: UUID, header: str) -> None:
    assert reader.get(f"/api/v1/products/{mug}", headers={"If-None-Match": header}).status_code == 200


def test_a_change_of_either_part_changes_the_tag(reader: APIClient, mug: UUID) -> None:
    seen = [reader.get(f"/api/v1/products/{mug}")["ETag"]]
    Product.objects.update(version=9)
    seen.append(reader.get(f"/api/v1/products/{mug}")["ETag"])
    Listing.objects.update(stock_version=9)
    seen.append(reader.get(f"/api/v1/products/{mug}")["ETag"])

    assert seen == ['"1.7"', '"9.7"', '"9.9"']


def test_a_malformed_tag_is_a_problem(reader: APIClient, mug: UUID) -> None:
    answer = reader.get(f"/api/v1/products/{mug}", headers={"If-None-Match": "1.7"})

    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:shop:problem:malformed-header"
