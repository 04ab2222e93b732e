"""Give every module a LOGIN role that owns its schema and can reach no other one."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from psycopg.errors import LockNotAvailable
from psycopg.sql import SQL, Identifier

from shop.building_blocks import modules
from shop.building_blocks.database.ownership import refuse_roles_of_others
from shop.building_blocks.database.postgresql.roles import provision


class Command(BaseCommand):
    help = (
        "Create the database, the roles and the schemas that CATALOG_DATABASE_URL and so on name, and the "
        "extensions they need; bring passwords and grants up to date. Needs DATABASE_ADMIN_URL, of a role "
        "that may do so; the shop itself never uses that one. Run it before migrate_modules; it is safe to "
        "repeat."
    )
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        if not settings.DATABASE_ADMIN_URL:
            raise CommandError("DATABASE_ADMIN_URL is not set: it names who may create roles.")
        for module in modules.names():
            config = settings.DATABASES[module]
            if "SCHEMA" not in config:
                raise CommandError(f"{module} is on SQLite: set {module.upper()}_DATABASE_URL.")
            _create_database(config["NAME"])
            refuse_roles_of_others(settings.DATABASE_ADMIN_URL, module)
            _provision(module, config)
            self.stdout.write(f"{module}: {config['USER']} owns {config['NAME']}.{config['SCHEMA']}")


def _provision(module: str, config: dict[str, Any]) -> None:
    extensions = modules.extensions_of(module)
    try:
        provision(settings.DATABASE_ADMIN_URL, config["NAME"], [config], extensions)
    except LockNotAvailable as error:
        raise CommandError(
            f"A table of {module} was in use for too long to be handed over. Run this again; if that does "
            "not help, pg_stat_activity tells whose transaction is open for so long."
        ) from error


def _create_database(name: str) -> None:
    with psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not known:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
