import io
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from shop.building_blocks.mediator import send
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.models import Listing
from tests.support import a_product, an_inventory, deliver_events

pytestmark = pytest.mark.django_db(databases=["catalog", "inventory", "identity"])


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def rebuild(terminal: io.StringIO | None = None, **options: int) -> str:
    out = io.StringIO()
    call_command("rebuild_availability", stdout=out, stderr=terminal or io.StringIO(), **options)
    return out.getvalue().strip()


def available(product_id: UUID) -> tuple[int, int]:
    seen = send(GetProduct(product_id))
    return seen.details.available, seen.availability_version


@pytest.fixture
def mug() -> UUID:
    """Twelve are available, as the inventory says, whose stock has version 1."""
    product_id = a_product(inventory_id=an_inventory(), quantity=12)
    deliver_events()
    return product_id


def test_what_was_lost_is_asked_for(mug: UUID) -> None:
    Listing.objects.update(available=0, stock_version=0)

    assert rebuild() == "1 product corrected"

    assert available(mug) == (12, 1)


def test_what_was_falsified_is_corrected(mug: UUID) -> None:
    Listing.objects.update(available=99)

    rebuild()

    assert available(mug) == (12, 1)


def test_what_is_newer_stays(mug: UUID) -> None:
    Listing.objects.update(available=11, stock_version=2)

    assert rebuild() == "0 products corrected"

    assert available(mug) == (11, 2)


def test_a_product_that_the_inventory_does_not_know_yet_is_left_alone(mug: UUID) -> None:
    new = a_product(sku="NEW-1")

    assert rebuild() == "0 products corrected"

    assert available(new) == (0, 0)
    assert available(mug) == (12, 1)


def test_it_goes_through_all_products_in_batches_and_tells_how_far_it_is(mug: UUID) -> None:
    food = an_inventory("cellar")
    products = [mug, *(a_product(sku=f"TEA-{n}", inventory_id=food, quantity=n) for n in range(4))]
    deliver_events()
    Listing.objects.update(available=-1, stock_version=0)
    terminal = Terminal()

    assert rebuild(terminal, batch=2) == "5 products corrected"

    assert [available(one)[0] for one in products] == [12, 0, 1, 2, 3]
    assert [line.split("] ")[1] for line in terminal.getvalue().strip().split("\r")[-3:]] == [
        "2 of 5",
        "4 of 5",
        "5 of 5",
    ]


def test_running_it_again_changes_nothing(mug: UUID) -> None:
    Listing.objects.update(available=0, stock_version=0)
    rebuild()

    assert rebuild() == "0 products corrected"


@pytest.mark.usefixtures("inventory_is_away")
def test_while_the_inventory_is_away_nothing_is_lost(mug: UUID) -> None:
    with pytest.raises(CommandError, match=r"The inventory cannot be asked at the moment\. .* run it again"):
        rebuild()

    assert available(mug) == (12, 1)


@pytest.mark.parametrize("batch", [0, 10_001])
def test_a_batch_is_neither_empty_nor_too_long_for_a_message(batch: int) -> None:
    with pytest.raises(CommandError, match="--batch must be from 1 to 10000"):
        rebuild(batch=batch)
