"""What is no JSON of the documented type is refused, field by field, and nothing is guessed."""

from typing import Any

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from shop.building_blocks.http.bodies import QueryParameters, RequestBody


class Line(RequestBody):
    name = serializers.CharField()
    count = serializers.IntegerField()


class Order(RequestBody):
    lines = Line(many=True)
    is_gift = serializers.BooleanField(default=False)
    note = serializers.CharField(allow_null=True, default=None)


def read(body: Any) -> Any:
    order = Order(data=body)
    order.is_valid(raise_exception=True)
    return order.validated_data


def wrong(body: Any) -> Any:
    with pytest.raises(ValidationError) as refused:
        read(body)
    return refused.value.get_codes()


def test_types_are_those_of_json() -> None:
    body = {"lines": [{"name": "Mug", "count": 2}, {"name": "Cup", "count": 3.0}], "note": None}

    assert [line["count"] for line in read(body)["lines"]] == [2, 3]


@pytest.mark.parametrize("count", ["2", True, 2.5, [2], {}])
def test_a_whole_number_is_nothing_else(count: Any) -> None:
    assert wrong({"lines": [{"name": "Mug", "count": count}]}) == {"lines": {0: {"count": ["invalid"]}}}


@pytest.mark.parametrize("flag", ["true", 1, 0, "on"])
def test_truth_is_not_spelt(flag: Any) -> None:
    assert wrong({"lines": [], "is_gift": flag}) == {"is_gift": ["invalid"]}


def test_everything_that_is_wrong_is_told_at_once() -> None:
    assert wrong({"lines": [{"count": "2", "size": 1}, {"name": 5, "count": 1}], "colour": "white"}) == {
        "lines": {
            0: {"name": ["required"], "count": ["invalid"], "size": ["unknown"]},
            1: {"name": ["invalid"]},
        },
        "colour": ["unknown"],
    }


@pytest.mark.parametrize("price", ["", "1e3", "1.", ".5", "+1", " 1", "1_0", "٣", "NaN", "Infinity", "0x1"])
def test_a_decimal_number_is_written_in_one_way(price: str) -> None:
    class Priced(RequestBody):
        price = serializers.DecimalField(max_digits=12, decimal_places=2)

    assert not Priced(data={"price": price}).is_valid()
    assert Priced(data={"price": "-1.50"}).is_valid()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("count", "1_0"),
        ("count", " 1"),
        ("count", "٣"),
        ("count", "1.0"),
        ("count", ""),
        ("flag", "yes"),
        ("flag", "1"),
        ("id", "urn:uuid:01936d0c-8f3a-7b60-9f0e-5d2c4a1b7e90"),
        ("id", "01936d0c8f3a7b609f0e5d2c4a1b7e90"),
    ],
)
def test_in_a_query_too(name: str, value: str) -> None:
    class Parameters(QueryParameters):
        count = serializers.IntegerField(default=1)
        flag = serializers.BooleanField(default=False)
        id = serializers.UUIDField(default=None)

    def read(**query: str) -> Any:
        return Parameters.read(Request(APIRequestFactory().get("/", query)))

    with pytest.raises(ValidationError) as refused:
        read(**{name: value})
    assert name in str(refused.value.get_codes())
    assert read(count="-3", flag="true")["count"] == -3
