"""What Django is made to refuse."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from shop.building_blocks.mediator import Command, handles, send
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.catalog.models import Listing, Product
from shop.modules.inventory.models import Inventory
from tests.support import a_product


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_no_module_is_an_error_and_does_not_guard_nothing() -> None:
    with pytest.raises(ImproperlyConfigured), transaction.atomic():
        a_product()

    assert not Product.objects.exists()


@pytest.mark.django_db
def test_a_relation_to_an_object_of_another_module_is_refused() -> None:
    with pytest.raises(ValueError, match="must be a"):
        Listing(product=Inventory(name="food"))  # type: ignore[misc]


@pytest.mark.django_db
def test_a_command_within_a_command_is_refused() -> None:
    class Outer(Command[None]):
        pass

    Outer.__module__ = CreateProduct.__module__

    @handles(Outer)
    def outer(_command: Outer) -> None:
        a_product()

    with pytest.raises(RuntimeError, match="durable"):
        send(Outer())
