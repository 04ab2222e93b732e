"""Two commands that wait for each other: PostgreSQL ends one of them, and both are done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connections
from django.db.models import Value
from django.db.models.functions import Concat

from shop.building_blocks.mediator import Command, Mediator, again_after_deadlock, in_transaction
from shop.modules.catalog.models import Product
from tests.support import a_product

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@dataclass(frozen=True)
class Rename(Command[None]):
    products: tuple[UUID, ...]


Rename.__module__ = Product.__module__


def test_who_loses_a_deadlock_begins_anew() -> None:
    mediator = Mediator(again_after_deadlock, in_transaction)
    attempts: list[Rename] = []
    both_hold_one = threading.Barrier(2)

    @mediator.handles(Rename)
    def rename(command: Rename) -> None:
        is_first_attempt = command not in attempts
        attempts.append(command)
        for number, product_id in enumerate(command.products):
            if number and is_first_attempt:
                both_hold_one.wait(20)
            Product.objects.filter(id=product_id).update(name=Concat("name", Value("!")))

    def run(command: Rename) -> None:
        try:
            mediator.send(command)
        finally:
            connections.close_all()

    one, other = a_product(sku="AAA-1", name="Mug"), a_product(sku="AAA-2", name="Mug")
    with ThreadPoolExecutor() as pool:
        list(pool.map(run, [Rename((one, other)), Rename((other, one))]))

    assert len(attempts) == 3
    assert set(Product.objects.values_list("name", flat=True)) == {"Mug!!"}
