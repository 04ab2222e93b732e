"""Django's ``migrate``, which without an app label migrates what the database's module owns."""

from typing import Any

from django.core.management.commands import migrate
from django.core.management.sql import emit_post_migrate_signal

from shop.building_blocks.modules import owned_by


class Command(migrate.Command):
    """Django would record the migrations of every app in every module's database, as no-ops that lie."""

    def handle(self, *args: Any, **options: Any) -> None:
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
