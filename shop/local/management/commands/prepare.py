"""What has to be done before any other process of a new version starts."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from shop.building_blocks import modules
from shop.building_blocks.messaging.rabbitmq.connection import hang_up
from shop.building_blocks.messaging.rabbitmq.topology import open_channel
from shop.local import demo


class Command(BaseCommand):
    help = (
        "Bring the databases of the modules here up to date: create_roles if DATABASE_ADMIN_URL is set, then "
        "migrate_modules, then the queues if BROKER_URL is set, then the demo data if DEMO is on. Safe to "
        "repeat."
    )
    requires_system_checks = ()  # there may be no database yet

    def handle(self, *_args: Any, verbosity: int, **_options: Any) -> None:
        """Django's own hundred lines are for who asks for more, by ``-v 2``."""
        if settings.DATABASE_ADMIN_URL:
            call_command("create_roles", stdout=self.stdout)
        call_command("migrate_modules", verbosity=verbosity - 1, stdout=self.stdout)
        self.stdout.write(f"The databases are up to date: {', '.join(modules.names())}")
        if settings.BROKER_URL:
            self._declare_queues()
        if settings.DEMO and demo.make():
            self.stdout.write("The demo data is made")

    def _declare_queues(self) -> None:
        """Before somebody of this version publishes what only this version consumes: the relay may still be
        of the one before, which does not miss a queue that it knows nothing of.
        """
        try:
            connection, _ = open_channel()
        except OSError as error:
            raise CommandError(f"The broker does not answer at BROKER_URL: {error}") from error
        hang_up(connection)
        self.stdout.write("The broker has the queues")
