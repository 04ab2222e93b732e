"""Steps of migrations that hold nobody up do the same on each database."""

from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import IntegrityError, connections
from django.db.migrations import AddConstraint, AddIndex
from django.db.models import CheckConstraint, Index, Q

from shop.building_blocks.database.operations import WithoutBlocking
from shop.modules.catalog.models import Product
from tests.database.steps import migrated
from tests.support import a_product

pytestmark = pytest.mark.django_db(transaction=True, databases=["catalog"])

INDEX = Index(fields=["created_at"], name="product_age")
CHECK = CheckConstraint(condition=Q(price__lt=1000), name="product_is_cheap")


def known() -> dict[str, Any]:
    """The indexes and constraints of products, as the database has them."""
    connection = connections["catalog"]
    with connection.cursor() as cursor:
        found: dict[str, Any] = connection.introspection.get_constraints(cursor, Product._meta.db_table)
    return found


def test_an_index_is_made_and_taken_back() -> None:
    add = WithoutBlocking(AddIndexConcurrently("product", INDEX), AddIndex("product", INDEX))

    with migrated("catalog", add):
        assert known()[INDEX.name]["columns"] == ["created_at"]
    assert INDEX.name not in known()


def test_a_constraint_is_made_validated_and_taken_back() -> None:
    add = WithoutBlocking(AddConstraintNotValid("product", CHECK), AddConstraint("product", CHECK))
    validate = WithoutBlocking(ValidateConstraint("product", CHECK.name))

    with migrated("catalog", add, validate), pytest.raises(IntegrityError):
        a_product(price=1000)
    a_product(price=1000)
