"""Write the contracts as .proto files, for callers in other languages."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandParser

from shop.building_blocks.rpc.routing import contracts_elsewhere, contracts_here
from shop.building_blocks.rpc.schema.text import text_of


class Command(BaseCommand):
    help = "Write the contracts as .proto files. `make protos` also refuses what would break callers."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", default=Path("protos"), help="protos by default")

    def handle(self, *_args: Any, folder: Path, **_options: Any) -> None:
        for contract in (*contracts_here(), *contracts_elsewhere()):
            file = folder / contract.file.proto.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text_of(contract.file, contract.source))
            self.stdout.write(str(file))
