"""A statement answers exactly as the queryset that it was made of."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.http.pages import Cursor, in_order
from shop.modules.catalog.models import Listing, Product
from tests.catalog.factories import ProductFactory

pytestmark = pytest.mark.django_db


def products(  # noqa: PLR0913
    sort: str,
    *,
    name: Any = None,
    least: Any = None,
    in_stock: Any = None,
    before: Any = None,
    after_value: Any = None,
    after_id: Any = None,
) -> QuerySet[Product, tuple[Any, ...]]:
    rows = Product.objects.annotate(available=F("listing__available"))
    if name is not None:
        rows = rows.filter(name__icontains=name)
    if least is not None:
        rows = rows.filter(price__gte=least)
    if in_stock is not None:
        rows = rows.filter(available__gte=in_stock)
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    after = Cursor(sort, after_value, after_id) if after_id else None
    columns = ("id", "name", "price", "currency", "available", "version", "created_at")
    return in_order(rows, sort, after).values_list(*columns)


@pytest.fixture
def _some_products() -> None:
    for number, name in enumerate(["100% wool", "a_b", "axb", "Mug's", "MUG", "back\\slash"]):
        product = ProductFactory.create(name=name, price=Decimal(number) / 4)
        if number % 2:
            Listing.objects.filter(product=product).update(available=number)


orders = st.sampled_from(["price", "-price", "name", "-name", "-created_at"])
names = st.none() | st.sampled_from(["mug", "MUG'S", "%", "_", "\\", "a_b", "'; --", "%s", "nothing"])


@pytest.mark.usefixtures("_some_products")
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    sort=orders,
    name=names,
    least=st.none() | st.decimals(0, 2, places=2),
    in_stock=st.none() | st.integers(0, 3),
    limit=st.none() | st.integers(0, 5),
)
def test_the_rows_are_those_of_the_queryset(
    sort: str, name: str | None, least: Decimal | None, in_stock: int | None, limit: int | None
) -> None:
    asked = {"name": name, "least": least, "in_stock": in_stock, "before": timezone.now()}

    assert Statement(products).rows(sort, limit=limit, **asked) == list(products(sort, **asked)[:limit])


@pytest.mark.usefixtures("_some_products")
def test_the_values_have_the_types_of_the_queryset() -> None:
    row = Statement(products).one("price")

    assert row
    assert [type(value) for value in row] == [UUID, str, Decimal, str, int, int, datetime]
    assert str(row[2]) == "0.00"
    assert row[6].utcoffset().total_seconds() == 0


@pytest.mark.usefixtures("_some_products")
def test_one_statement_serves_every_combination_and_every_value() -> None:
    statement = Statement(products)

    assert [row[1] for row in statement.rows("price", name="mug")] == ["Mug's", "MUG"]
    assert [row[1] for row in statement.rows("-price", name="MUG")] == ["MUG", "Mug's"]
    assert [row[1] for row in statement.rows("price", name="b", limit=1)] == ["a_b"]
    last = statement.rows("price", limit=4)[-1]
    rest = statement.rows("price", after_value=last[2], after_id=last[0])
    assert [row[1] for row in rest] == ["MUG", "back\\slash"]
    assert statement.one("price", name="nothing") is None


@pytest.mark.postgresql
def test_the_queryset_is_built_once() -> None:
    built = []

    def by_sku(sku: Any) -> QuerySet[Product, tuple[str]]:
        built.append(sku)
        return Product.objects.filter(sku=sku).values_list("sku")

    statement = Statement(by_sku)
    answers = [statement.one(sku=product.sku) for product in ProductFactory.create_batch(3)]

    assert len(built) == 1
    assert len(set(answers)) == 3


@pytest.mark.usefixtures("_some_products")
def test_it_asks_the_database_once() -> None:
    statement = Statement(products)

    with CaptureQueriesContext(connections["catalog"]) as queries:
        statement.rows("price", name="mug", limit=3)

    assert len(queries) == 1
