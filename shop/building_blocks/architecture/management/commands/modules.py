"""Show the modules that run here, and write the map of all of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser

from shop.building_blocks import modules
from shop.building_blocks.architecture.chart import document
from shop.building_blocks.architecture.facts import Facts
from shop.building_blocks.tables import aligned


class Command(BaseCommand):
    help = (
        "Show what each module that runs here has, tells and asks: its tables, events, queries, operations."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        either = parser.add_mutually_exclusive_group()
        either.add_argument("--write", action="store_true", help="write docs/modules.md anew")
        either.add_argument("--check", action="store_true", help="exit with 1 when docs/modules.md is stale")

    def handle(self, *_args: Any, write: bool, check: bool, **_options: Any) -> None:
        if not (write or check):
            self.stdout.write(aligned(("module", "has", "name"), _rows()))
            return
        if len(modules.installed()) < len(modules.known()):
            raise CommandError("The map is of all modules: unset SHOP_MODULES.")
        chart = Path(settings.BASE_DIR) / "docs" / "modules.md"
        if write:
            chart.write_text(document())
        elif not chart.exists() or chart.read_text() != document():
            raise CommandError("docs/modules.md is not what the code says: `make modules` writes it anew.")


def _rows() -> Iterator[tuple[str, str, str]]:
    for module in modules.installed():
        for kind, names in Facts.of(module).kinds():
            label = f"{len(names)} {kind}" if kind in {"tables", "operations"} else kind
            yield from ((module.label, label, name) for name in names or ["nothing"])
