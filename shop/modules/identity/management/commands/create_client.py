"""Give a program access to the API."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_client import CreateClient


class Command(BaseCommand):
    help = "Create an OAuth client for client_credentials and print its secret, this once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="for people to recognise it by")
        parser.add_argument("scopes", nargs="+", help="what it may ask for, such as catalog:read")

    def handle(self, *_args: Any, name: str, scopes: list[str], **_options: Any) -> None:
        try:
            credentials = send(CreateClient(name=name, scopes=tuple(scopes)))
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"client_id={credentials.client_id}")
        self.stdout.write(f"client_secret={credentials.client_secret}")
