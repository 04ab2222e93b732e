"""What publishing an event adds to a command: the real one, beside the same without its event."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from itertools import count
from statistics import median
from time import perf_counter, process_time

from django.db import connections
from django.test.utils import CaptureQueriesContext

from benchmarks.harness import configure, databases

COMMANDS, PASSES, WARM_UP = 50, 40, 100
numbers = count()


def main() -> None:
    configure()
    with databases():
        create(WARM_UP)
        with_event, without = [], []
        for _ in range(PASSES):
            with_event.append(cost())
            with silent():
                without.append(cost())
        added = queries() - queries_in_silence()
        print(f"queries that publishing adds to a command{added:>16}")
        for kind, what in enumerate(("time of a command", "Python's share of it")):
            both = [median(one[kind] for one in costs) * 1e6 for costs in (with_event, without)]
            share = both[0] / both[1] - 1
            print(f"{what:<32}{both[1]:>8.0f} us, with its event {both[0]:>6.0f} us   {share:+.0%}")


def cost() -> tuple[float, float]:
    """Seconds of wall and of this process's CPU, per command."""
    wall, cpu = perf_counter(), process_time()
    create(COMMANDS)
    return (perf_counter() - wall) / COMMANDS, (process_time() - cpu) / COMMANDS


def create(how_many: int) -> None:
    from uuid import uuid4

    from shop.building_blocks.mediator import send
    from shop.modules.catalog.features.create_product import CreateProduct

    for number in (next(numbers) for _ in range(how_many)):
        product = CreateProduct(
            sku=f"BENCH-{number:06}", name="Mug", price=Decimal("9.50"), inventory_id=uuid4(), quantity=1
        )
        send(product)


@contextmanager
def silent() -> Iterator[None]:
    """Commands publish nothing."""
    from shop.building_blocks.messaging import outbox

    publish = outbox.publish
    outbox.publish = lambda *_event, **_options: None  # type: ignore[assignment]
    try:
        yield
    finally:
        outbox.publish = publish


def queries() -> int:
    with CaptureQueriesContext(connections["catalog"]) as captured:
        create(1)
    return len(captured)


def queries_in_silence() -> int:
    with silent():
        return queries()


if __name__ == "__main__":
    main()
