from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.http.etags import ANY_VERSION, ExpectedVersion, StaleVersion
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.events import Envelope
from shop.modules.catalog.contracts import ProductUpdated
from shop.modules.catalog.details import SeenProduct
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.features.list_products import ListProducts
from shop.modules.catalog.features.search_products import SearchProducts
from shop.modules.catalog.features.update_product import UpdateProduct
from shop.modules.catalog.models import Listing, OutboxMessage, Product, ProductNotFound
from tests.support import a_product, lose_table

pytestmark = pytest.mark.django_db


def update(product_id: UUID, expected: ExpectedVersion = ANY_VERSION, **fields: Any) -> SeenProduct:
    known = {"name": "Large mug", "description": "450 ml.", "price": Decimal("12.00"), "currency": "EUR"}
    return send(UpdateProduct(product_id=product_id, expected=expected, **{**known, **fields}))


def test_changes_the_product_and_tells_the_others() -> None:
    product_id = a_product(sku="MUG-1")

    seen = update(product_id)

    product = seen.details
    assert (product.name, product.description, product.price) == ("Large mug", "450 ml.", Decimal("12.00"))
    assert (product.sku, product.currency, product.version) == ("MUG-1", "EUR", 2)
    assert product.updated_at > product.created_at
    assert seen == send(GetProduct(product_id))
    told = Envelope.decode(OutboxMessage.objects.latest("id").body)
    assert told.open(ProductUpdated) == ProductUpdated(
        product_id=product_id,
        version=2,
        sku="MUG-1",
        name="Large mug",
        price=Decimal("12.00"),
        currency="EUR",
    )


def test_lists_and_search_show_it_as_it_is_now() -> None:
    product_id = a_product(name="Mug", description="White.")

    update(product_id, name="Teapot", description="Black.", price=Decimal("30.00"))

    shown = send(ListProducts(name="teapot", min_price=Decimal(30), currency="EUR")).items
    assert [(item.id, item.name) for item in shown] == [(product_id, "Teapot")]
    assert [item.id for item in send(SearchProducts(q="black teapot")).items] == [product_id]
    assert send(ListProducts(name="mug")).items == []
    assert send(SearchProducts(q="white")).items == []


def test_leaves_alone_what_the_inventory_said() -> None:
    product_id = a_product()
    Listing.objects.update(available=7, stock_version=3)

    seen = update(product_id)

    assert (seen.details.available, seen.availability_version) == (7, 3)


def test_where_nothing_changes_nothing_is_told_and_the_version_stays() -> None:
    product_id = a_product(name="Mug", description="", price=Decimal("9.50"), currency="USD")
    before = send(GetProduct(product_id))

    assert update(product_id, name="Mug", description="", price=Decimal("9.5"), currency="USD") == before

    assert OutboxMessage.objects.count() == 1


def test_every_change_raises_the_version_by_one() -> None:
    product_id = a_product()

    versions = [update(product_id, price=Decimal(price)).details.version for price in (1, 2, 3)]

    assert versions == [2, 3, 4]
    told = OutboxMessage.objects.order_by("id").values_list("body", flat=True)
    assert [Envelope.decode(body).aggregateversion for body in told] == [1, 2, 3, 4]


def test_refuses_to_change_another_version_than_the_one_that_was_seen() -> None:
    product_id = a_product()
    update(product_id, ExpectedVersion.of(1), name="Teapot")

    with pytest.raises(StaleVersion, match="version 2"):
        update(product_id, ExpectedVersion.of(1), name="Saucer")

    assert send(GetProduct(product_id)).details.name == "Teapot"


def test_refuses_an_unknown_product() -> None:
    with pytest.raises(ProductNotFound):
        update(uuid7())


def test_nothing_is_changed_when_its_event_cannot_be_stored() -> None:
    product_id = a_product(name="Mug")
    lose_table("catalog_outboxmessage")

    with pytest.raises(DatabaseError):
        update(product_id)

    assert Product.objects.get().version == 1
    assert Listing.objects.get().name == "Mug"


def test_takes_a_known_number_of_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Savepoint and release, for there is the test's transaction; lock, product, words, document, listing,
    event, and the product as it is now.
    """
    product_id = a_product()

    with django_assert_num_queries(9, using="catalog"):
        update(product_id)
