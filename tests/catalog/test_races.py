"""What happens to a product at the same moment: each in a transaction of its own."""

import random
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from shop.building_blocks.http.etags import ANY_VERSION, ExpectedVersion, StaleVersion
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.events import Envelope
from shop.modules.catalog.details import SeenProduct
from shop.modules.catalog.features.create_product import DuplicateSku
from shop.modules.catalog.features.delete_product import DeleteProduct
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.features.keep_availability import keep_availability
from shop.modules.catalog.features.update_product import UpdateProduct
from shop.modules.catalog.models import Listing, OutboxMessage, Product, ProductNotFound, SearchDocument, Word
from shop.modules.inventory.contracts import StockChanged
from tests.support import a_product, at_once

pytestmark = pytest.mark.django_db(transaction=True)
FIRST = ExpectedVersion.of(1)


def update(product_id: UUID, expected: ExpectedVersion = FIRST, price: int = 12) -> SeenProduct:
    facts: Any = {"name": "Large mug", "description": "", "price": Decimal(price), "currency": "EUR"}
    return send(UpdateProduct(product_id=product_id, expected=expected, **facts))


def delete(product_id: UUID) -> str:
    send(DeleteProduct(product_id=product_id, expected=FIRST))
    return "deleted"


def told(product_id: UUID, version: int) -> str:
    keep_availability(
        StockChanged(product_id=product_id, version=version, on_hand=version, reserved=0, available=version)
    )
    return "told"


def versions_told() -> list[int]:
    bodies = OutboxMessage.objects.order_by("id").values_list("body", flat=True)
    return [Envelope.decode(body).aggregateversion for body in bodies]


def test_of_many_who_have_seen_the_same_version_one_may_change_it() -> None:
    product_id = a_product()

    answers = at_once(*(partial(update, product_id, price=price) for price in range(1, 9)))

    (winner,) = [answer for answer in answers if isinstance(answer, SeenProduct)]
    assert [type(answer) for answer in answers if answer is not winner] == [StaleVersion] * 7
    assert send(GetProduct(product_id)) == winner
    assert versions_told() == [1, 2]


def test_changes_that_mind_no_version_happen_one_after_the_other() -> None:
    product_id = a_product()

    at_once(*(partial(update, product_id, ANY_VERSION, price) for price in range(1, 9)))

    assert versions_told() == [*range(1, 10)]
    assert send(GetProduct(product_id)).details.version == 9


@pytest.mark.parametrize("attempt", range(5))
def test_of_a_change_and_a_deletion_one_happens(attempt: int) -> None:
    product_id = a_product()

    changed, deleted = at_once(partial(update, product_id), partial(delete, product_id))

    if deleted == "deleted":
        assert isinstance(changed, ProductNotFound)
        assert (Listing.objects.count(), SearchDocument.objects.count()) == (0, 0)
    else:
        assert isinstance(deleted, StaleVersion)
        assert Listing.objects.get().name == changed.details.name == "Large mug"
    assert versions_told() == [1, 2]


@pytest.mark.parametrize("attempt", range(5))
def test_news_of_the_stock_do_not_bring_back_what_is_deleted_meanwhile(attempt: int) -> None:
    product_id = a_product()

    at_once(partial(delete, product_id), *(partial(told, product_id, version) for version in range(1, 5)))

    assert not Listing.objects.exists()


def test_the_newest_news_of_the_stock_stay_whoever_comes_last() -> None:
    product_id = a_product()
    news = list(range(1, 9))
    random.shuffle(news)

    at_once(*(partial(told, product_id, version) for version in news))

    assert send(GetProduct(product_id)).details.available == 8


def test_a_change_and_a_sale_do_not_undo_each_other() -> None:
    product_id = a_product()

    at_once(partial(update, product_id), *(partial(told, product_id, version) for version in range(1, 8)))

    listing = Listing.objects.get()
    assert (listing.name, listing.price, listing.available) == ("Large mug", Decimal(12), 7)


def test_a_sku_is_given_once() -> None:
    answers = at_once(*(partial(a_product, sku="MUG-1", name=f"Mug {number}") for number in range(8)))

    assert sum(isinstance(answer, UUID) for answer in answers) == 1
    assert sum(isinstance(answer, DuplicateSku) for answer in answers) == 7
    assert Product.objects.count() == Listing.objects.count() == SearchDocument.objects.count() == 1


def test_products_with_the_same_new_words_do_not_block_each_other() -> None:
    """Each transaction waits for others' new words, in whatever order they stand in its texts."""
    words = ["".join(letters) for letters in product("abcdefgh", repeat=4)][:800]
    texts = [" ".join(random.sample(words, len(words))) for _ in range(8)]

    answers = at_once(*(partial(a_product, sku=f"MUG-{n}", description=text) for n, text in enumerate(texts)))

    assert all(isinstance(answer, UUID) for answer in answers)
    assert Word.objects.filter(word__in=words).count() == len(words)
