"""Databases that are older than what lists and search read."""

from collections.abc import Iterator
from typing import Any

import pytest

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.features.list_products import ListProducts
from shop.modules.catalog.features.search_products import SearchProducts
from shop.modules.catalog.models import Word
from tests.support import migrate_to

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = "0003_idempotency"


@pytest.fixture
def before() -> Iterator[Any]:
    yield migrate_to("catalog", BEFORE)
    migrate_to("catalog")


def test_the_products_that_are_there_are_listed_and_found_with_what_was_known_of_them(before: Any) -> None:
    products, known = (before.get_model("catalog", name).objects for name in ("Product", "Availability"))
    mug = products.create(sku="MUG-1", name="Crème mug", description="White porcelain.", price="9.50")
    products.create(sku="TEA-1", name="Tea", price="3.00", currency="EUR")
    known.create(product_id=mug.id, available=7, version=3)

    migrate_to("catalog")

    assert [item.sku for item in send(ListProducts(sort="name")).items] == ["MUG-1", "TEA-1"]
    assert [item.sku for item in send(ListProducts(in_stock=True)).items] == ["MUG-1"]
    assert [item.sku for item in send(SearchProducts(q="porcelian")).items] == ["MUG-1"]
    seen = send(GetProduct(mug.id))
    assert (seen.details.available, seen.availability_version) == (7, 3)
    assert set(Word.objects.values_list("word", flat=True)) == {"creme", "porcelain", "white"}
