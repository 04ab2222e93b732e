"""Let a program ask for access tokens."""

from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_client import CreateClient


class Command(BaseCommand):
    help = (
        "Create an OAuth client and print its id and its secret, this once. It acts for itself, by "
        "client_credentials; with --redirect-uri it lets users log in, by authorization_code."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="for people to recognise it by")
        parser.add_argument("scopes", nargs="+", help="what it may ask for, such as catalog:read")
        parser.add_argument(
            "--redirect-uri",
            dest="redirect_uris",
            action="append",
            default=[],
            metavar="URI",
            help="where users are sent back to: https, or http to 127.0.0.1, [::1] or localhost; "
            "may be given several times",
        )
        parser.add_argument(
            "--public", action="store_true", help="it runs where it can keep no secret: a browser, a phone"
        )
        parser.add_argument(
            "--may-introspect",
            action="store_true",
            help="it is a resource server, which may ask about any token (RFC 7662)",
        )

    def handle(
        self,
        *_args: Any,
        name: str,
        scopes: list[str],
        redirect_uris: list[str],
        public: bool,
        may_introspect: bool,
        **_options: Any,
    ) -> None:
        command = CreateClient(
            name=name,
            scopes=tuple(scopes),
            redirect_uris=tuple(redirect_uris),
            is_public=public,
            may_introspect=may_introspect,
        )
        try:
            credentials = send(command)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"client_id={credentials.client_id}")
        if credentials.client_secret:
            self.stdout.write(f"client_secret={credentials.client_secret}")
