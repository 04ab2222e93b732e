"""Django's ``migrate``, which without an app label migrates what the database's module owns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import CommandError, CommandParser
from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal
from django.db import OperationalError, connections
from psycopg.errors import LockNotAvailable

from shop.building_blocks.modules import owned_by


class Command(migrate.Command):
    """Django would record the migrations of every app in every module's database, as no-ops that lie."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--lock-timeout",
            type=float,
            default=5.0,
            help="seconds to wait for a table that is in use, while others wait behind; then it fails, and "
            "may be run again (PostgreSQL; the default is 5)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with _patient_for(options["lock_timeout"], options["database"]):
            if options["app_label"]:
                super().handle(*args, **options)
                return
            for label in owned_by(options["database"]):
                super().handle(*args, **options | {"app_label": label, "run_syncdb": False})
        if "auth" in owned_by(options["database"]) and not (options["check_unapplied"] or options["plan"]):
            self._complete_permissions(options["database"])

    def _complete_permissions(self, database: str) -> None:
        """Migrating app by app makes no permissions for the models of other modules; the admin needs them."""
        emit_post_migrate_signal(verbosity=0, interactive=False, db=database)


@contextmanager
def _patient_for(seconds: float, database: str) -> Iterator[None]:
    """All who want a table wait behind the migration that wants it alone, which waits for who has it."""
    connection = connections[database]
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = %s", [int(seconds * 1000)])
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise CommandError(
                f"A table of {database} was in use for longer than {seconds:g} s. Run this again; if that "
                "does not help, pg_stat_activity tells whose transaction is open for so long."
            ) from error
        raise
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
