"""Migrate the database of every module that runs here."""

from typing import Any

from django.core.management import BaseCommand, CommandParser, call_command

from shop.building_blocks import modules
from shop.building_blocks.database.ownership import refuse_foreign_databases


class Command(BaseCommand):
    help = "Migrate every module's database. Each gets only the tables that its module owns."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="change nothing; exit with 1 when a migration is missing in a database",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        refuse_foreign_databases()
        for module in modules.names():
            if options["verbosity"]:
                self.stdout.write(self.style.MIGRATE_HEADING(f"{module}:"))
            call_command(
                "migrate",
                database=module,
                interactive=False,
                check_unapplied=options["check"],
                verbosity=options["verbosity"],
            )
