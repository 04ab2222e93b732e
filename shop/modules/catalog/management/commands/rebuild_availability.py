"""Ask the inventory what can be sold of every product, and correct what the catalog believes."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser

from shop.building_blocks.errors import Unavailable
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.console.progress import Bar
from shop.modules.catalog.models import Listing
from shop.modules.inventory.contracts import GetAvailability, ProductAvailability

MOST = 10_000
"""Products in one question: more would not fit into a message."""


class Command(BaseCommand):
    help = (
        "Ask the inventory what can be sold of every product, and correct what the catalog believes. It may "
        "run while goods are sold, and again: what is newer than the inventory's answer stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--batch", type=int, default=500, help=f"products in one question, at most {MOST}; 500 by default"
        )

    def handle(self, *_args: Any, batch: int, **_options: Any) -> None:
        if not 1 <= batch <= MOST:
            raise CommandError(f"--batch must be from 1 to {MOST}.")
        bar = Bar(self.stderr, Listing.objects.count())
        corrected = 0
        for beliefs in _batches(batch):
            answers = _ask(beliefs)
            corrected += sum(_correct(answer, beliefs[answer.product_id]) for answer in answers)
            bar.advance(len(beliefs))
        bar.finish()
        self.stdout.write(f"{corrected} {'product' if corrected == 1 else 'products'} corrected")


class Belief(NamedTuple):
    available: int
    version: int


def _batches(size: int) -> Iterator[dict[UUID, Belief]]:
    listings = Listing.objects.order_by("product_id").values_list("product_id", "available", "stock_version")
    batch = listings[:size]
    while beliefs := {product_id: Belief(*belief) for product_id, *belief in batch}:
        yield beliefs
        batch = listings.filter(product_id__gt=max(beliefs))[:size]


def _ask(product_ids: Iterable[UUID]) -> tuple[ProductAvailability, ...]:
    try:
        return send(GetAvailability(product_ids=tuple(product_ids)))
    except Unavailable as refusal:
        raise CommandError(f"{refusal} What was corrected until now stays: run it again later.") from None


def _correct(answer: ProductAvailability, belief: Belief) -> int:
    """By a statement of its own: who holds the rows of many products waits for others who do."""
    if belief == (answer.available, answer.version):
        return 0
    not_newer = Listing.objects.filter(product=answer.product_id, stock_version__lte=answer.version)
    return not_newer.update(available=answer.available, stock_version=answer.version)
