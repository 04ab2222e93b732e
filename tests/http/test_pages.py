"""Pages of sorted lists: everything once, in order, whatever is done to a cursor."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import pytest
from django.core.signing import Signer
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory
from uuid_utils.compat import uuid7

from shop.building_blocks.http.pages import Cursor, Page, SortedPageParameters, in_order
from shop.modules.catalog.models import Product
from tests.catalog.factories import ProductFactory


class Item(msgspec.Struct, frozen=True):
    id: UUID
    name: str
    price: Decimal
    created_at: datetime


class ItemPage(Page[Item], frozen=True):
    pass


class ItemParameters(SortedPageParameters):
    sorts = {"created_at": datetime, "name": str, "price": Decimal}


def read(**query: Any) -> dict[str, Any]:
    return ItemParameters.read(Request(APIRequestFactory().get("/", query)))


def page(**query: Any) -> ItemPage:
    asked = read(**query)
    rows = in_order(Product.objects.all(), asked["sort"], asked["cursor"])
    items = [
        Item(*row) for row in rows.values_list("id", "name", "price", "created_at")[: asked["limit"] + 1]
    ]
    return ItemPage.sorted(items, asked["limit"], asked["sort"])


def pages(**query: Any) -> Iterator[Item]:
    shown = page(**query)
    yield from shown.items
    while shown.next:
        shown = page(**query, cursor=shown.next)
        yield from shown.items


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["created_at", "-created_at", "name", "-name", "price", "-price"])
@pytest.mark.parametrize("limit", [1, 3])
def test_everything_comes_once_and_in_order_also_where_values_are_equal(sort: str, limit: int) -> None:
    for price in ("2.00", "10.00", "1.50", "2.00", "2.00", "10.00"):
        ProductFactory.create(price=Decimal(price), name=f"Product {len(price)}")

    shown = list(pages(sort=sort, limit=limit))

    field = sort.lstrip("-")
    expected = sorted(shown, key=lambda item: (getattr(item, field), item.id), reverse=sort.startswith("-"))
    assert shown == expected
    assert len({item.id for item in shown}) == 6


@pytest.mark.django_db
def test_what_is_added_meanwhile_neither_shifts_nor_repeats_anything() -> None:
    ProductFactory.create_batch(4, price=Decimal(2))
    first = page(sort="price", limit=2)

    ProductFactory.create(price=Decimal(1))
    second = page(sort="price", limit=3, cursor=first.next)

    assert not {item.id for item in first.items} & {item.id for item in second.items}
    assert len(second.items) == 2


def test_the_first_field_descending_is_the_order_of_who_asks_for_none() -> None:
    assert read() == {"limit": 20, "cursor": None, "sort": "-created_at"}


@pytest.mark.parametrize("sort", ["", "-", "--price", "sku", "price,name", "PRICE", "id"])
def test_other_orders_are_refused(sort: str) -> None:
    with pytest.raises(ValidationError) as refused:
        read(sort=sort)

    assert "sort" in str(refused.value.get_codes())


def refusal_of(cursor: str, sort: str = "price") -> Any:
    with pytest.raises(ValidationError) as refused:
        read(sort=sort, cursor=cursor)
    return refused.value.detail


def test_a_cursor_is_good_for_its_own_order_only() -> None:
    cursor = Cursor("price", Decimal("9.50"), uuid7())

    assert read(sort="price", cursor=cursor.sign())["cursor"] == cursor
    for other in ("-price", "name"):
        assert "keep its sort" in str(refusal_of(cursor.sign(), sort=other)["cursor"])


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_nothing_is_a_cursor_that_we_did_not_make(text: str) -> None:
    assert set(refusal_of(text)) == {"cursor"}


@given(st.data())
def test_a_cursor_that_was_changed_is_none(data: st.DataObject) -> None:
    cursor = Cursor("price", Decimal("9.50"), uuid7()).sign()
    place = data.draw(st.integers(0, len(cursor) - 1))
    other = data.draw(
        st.characters(codec="ascii", categories=["L", "N"]).filter(lambda c: c != cursor[place])
    )

    assert set(refusal_of(f"{cursor[:place]}{other}{cursor[place + 1 :]}")) == {"cursor"}


@pytest.mark.parametrize(
    "cursor", [("price", "dear", uuid7()), ("weight", 1, uuid7()), ("price", "1", "mug"), ("price",)]
)
def test_a_cursor_of_an_older_release_is_refused_like_any_other(cursor: Any) -> None:
    assert set(refusal_of(Cursor.sign(cursor))) == {"cursor"}


def test_a_cursor_is_not_just_anything_that_we_signed() -> None:
    assert set(refusal_of(Signer(sep=".").sign("price"))) == {"cursor"}
