from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.http.etags import ANY_VERSION, ExpectedVersion, StaleVersion
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.events import Envelope
from shop.modules.catalog.contracts import ProductDeleted
from shop.modules.catalog.features.create_product import DuplicateSku
from shop.modules.catalog.features.delete_product import DeleteProduct
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.features.keep_availability import keep_availability
from shop.modules.catalog.features.list_products import ListProducts
from shop.modules.catalog.features.search_products import SearchProducts
from shop.modules.catalog.models import Listing, OutboxMessage, ProductNotFound
from shop.modules.inventory.contracts import StockChanged
from tests.support import a_product

pytestmark = pytest.mark.django_db


def delete(product_id: UUID, expected: ExpectedVersion = ANY_VERSION) -> None:
    send(DeleteProduct(product_id=product_id, expected=expected))


def test_is_gone_from_everything_that_can_be_read() -> None:
    product_id = a_product(sku="MUG-1", name="Mug")

    delete(product_id)

    with pytest.raises(ProductNotFound):
        send(GetProduct(product_id))
    assert send(ListProducts()).items == []
    assert send(ListProducts(sku="MUG-1")).items == []
    assert send(SearchProducts(q="mug")).items == []


def test_tells_the_others() -> None:
    product_id = a_product(sku="MUG-1")

    delete(product_id)

    told = Envelope.decode(OutboxMessage.objects.latest("id").body)
    assert told.open(ProductDeleted) == ProductDeleted(product_id=product_id, version=2, sku="MUG-1")


def test_later_news_of_its_stock_do_not_bring_it_back() -> None:
    product_id = a_product()
    delete(product_id)

    keep_availability(StockChanged(product_id=product_id, version=9, on_hand=12, reserved=0, available=12))

    assert not Listing.objects.exists()
    assert send(ListProducts()).items == []


def test_its_sku_is_not_given_to_another_product() -> None:
    """So a request to create it that was sent before, and arrives or is tried again after, makes nothing."""
    delete(a_product(sku="MUG-1"))

    with pytest.raises(DuplicateSku, match="There was a product with the SKU MUG-1"):
        a_product(sku="MUG-1")

    assert send(ListProducts()).items == []


def test_refuses_to_delete_another_version_than_the_one_that_was_seen() -> None:
    product_id = a_product()

    with pytest.raises(StaleVersion):
        delete(product_id, ExpectedVersion.of(2))

    assert send(GetProduct(product_id)).details.version == 1


def test_refuses_what_is_unknown_or_deleted_already() -> None:
    product_id = a_product()
    delete(product_id)

    for gone in (product_id, uuid7()):
        with pytest.raises(ProductNotFound):
            delete(gone)

    assert OutboxMessage.objects.count() == 2


def test_takes_a_known_number_of_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """Savepoint and release, for there is the test's transaction; lock, mark, document, listing, event."""
    product_id = a_product()

    with django_assert_num_queries(7, using="catalog"):
        delete(product_id)
