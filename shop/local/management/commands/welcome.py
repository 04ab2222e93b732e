"""The words of welcome, for who starts the processes one by one."""

from typing import Any

from django.core.management import BaseCommand, CommandParser

from shop.local.welcome import welcome


class Command(BaseCommand):
    help = "Print where everything is, and with DEMO on what to try first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", help="that callers reach the shop by")

    def handle(self, *_args: Any, url: str, **_options: Any) -> None:
        self.stdout.write(welcome(url))
