"""Print the AsyncAPI document of the events."""

from typing import Any

import yaml
from django.core.management import BaseCommand

from shop.building_blocks.messaging.asyncapi.document import document


class Command(BaseCommand):
    help = "Print the AsyncAPI document of the events of all modules, as YAML."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(
            yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=110)
        )


class _Plain(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        """What two nodes share is written twice: anchors are for no reader of these documents."""
        return True
