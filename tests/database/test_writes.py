"""Rows that are stored by one statement are those that the ORM would store, or refuse."""

from decimal import Decimal

import pytest
from django.db import DatabaseError

from shop.building_blocks.database.writes import insert
from shop.modules.catalog.models import Product, Word

pytestmark = pytest.mark.django_db(databases=["catalog"])


def test_a_row_comes_back_as_it_was_given() -> None:
    insert([Product(sku="MUG-1", name="Crème 'mug'", description='\n"\\', price=Decimal("9.5"))])

    product = Product.objects.get()
    assert (product.sku, product.name, product.description) == ("MUG-1", "Crème 'mug'", '\n"\\')
    assert (str(product.price), product.currency, product.version) == ("9.50", "USD", 1)
    assert product.created_at <= product.updated_at


@pytest.mark.postgresql
@pytest.mark.parametrize("count", [1, 2])
def test_what_does_not_fit_is_refused_and_not_cut_to_size(count: int) -> None:
    with pytest.raises(DatabaseError, match="too long"):
        insert([Product(sku=f"{number}" * 33, name="Mug", price=1) for number in range(count)])


def test_what_is_known_is_passed_over_and_the_rest_is_stored_and_told() -> None:
    insert([Word(word="known", reversed="nwonk")])

    stored = insert(
        [Word(word=word, reversed=word[::-1]) for word in ("known", "new")], unless_known=("word",)
    )

    assert stored == {("new",)}
    assert Word.objects.count() == 2


def test_nothing_is_stored_by_nothing() -> None:
    assert insert([]) == set()
