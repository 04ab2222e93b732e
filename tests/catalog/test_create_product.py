from decimal import Decimal
from uuid import UUID

import msgspec
import pytest
from django.db import DatabaseError
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging.events import Envelope
from shop.modules.catalog.contracts import ProductCreated
from shop.modules.catalog.features.create_product import DuplicateSku
from shop.modules.catalog.models import OutboxMessage, Product
from tests.support import a_product, lose_table

pytestmark = pytest.mark.django_db


def test_stores_the_product_and_tells_the_others() -> None:
    inventory_id = uuid7()

    product_id = a_product(sku="MUG-1", price=Decimal("9.50"), inventory_id=inventory_id, quantity=12)

    assert Product.objects.get().id == product_id
    envelope = Envelope.decode(OutboxMessage.objects.get().body)
    assert envelope.open(ProductCreated) == ProductCreated(
        product_id=product_id,
        version=1,
        sku="MUG-1",
        name="Mug",
        price=Decimal("9.50"),
        currency="USD",
        inventory_id=inventory_id,
        quantity=12,
    )


def test_the_event_is_a_cloud_event_with_the_contracts_attributes() -> None:
    product_id = a_product()

    event = msgspec.json.decode(OutboxMessage.objects.get().body)

    assert event["specversion"] == "1.0"
    assert event["type"] == "catalog.product_created.v1"
    assert event["source"] == "/catalog"
    assert event["subject"] == event["aggregateid"] == str(product_id)
    assert event["aggregateversion"] == 1
    assert event["data"]["price"] == "9.50"
    assert event["correlationid"]
    assert event["causationid"]


def test_refuses_a_second_product_with_the_same_sku_and_says_nothing_to_the_others() -> None:
    a_product(sku="MUG-1")

    with pytest.raises(DuplicateSku, match="MUG-1"):
        a_product(sku="MUG-1")

    assert OutboxMessage.objects.count() == 1


def test_no_product_remains_when_its_event_cannot_be_stored() -> None:
    lose_table("catalog_outboxmessage")

    with pytest.raises(DatabaseError):
        a_product()

    assert not Product.objects.exists()


def test_ids_are_uuid_version_7_so_that_they_sort_by_age() -> None:
    first, second = a_product(sku="AAA-1"), a_product(sku="AAA-2")

    assert isinstance(first, UUID)
    assert first.version == 7
    assert first < second


def test_takes_a_known_number_of_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Savepoint and release, for there is the test's transaction; row, words, document, listing, event."""
    with django_assert_num_queries(7, using="catalog"):
        a_product(name="White mug")
