"""What ``send`` promises beyond finding the handler."""

from uuid import UUID

import pytest

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.models import OutboxMessage, Product
from tests.support import a_product, mug

pytestmark = pytest.mark.django_db


def test_what_follows_a_command_makes_the_answer_inside_its_transaction() -> None:
    def rename(product_id: UUID) -> str:
        Product.objects.filter(id=product_id).update(name="Renamed")
        return "done"

    assert send(CreateProduct(**mug()), then=rename) == "done"
    assert Product.objects.get().name == "Renamed"


@pytest.mark.django_db(transaction=True)
def test_what_fails_after_a_command_leaves_nothing_of_it() -> None:
    def fail(_product_id: object) -> None:
        raise RuntimeError("lost power")

    with pytest.raises(RuntimeError, match="lost power"):
        send(CreateProduct(**mug()), then=fail)

    assert not Product.objects.exists()
    assert not OutboxMessage.objects.exists()


def test_what_follows_a_query_makes_something_of_its_answer() -> None:
    product_id = a_product(name="Mug")

    assert send(GetProduct(product_id), then=lambda seen: seen.details.name) == "Mug"
