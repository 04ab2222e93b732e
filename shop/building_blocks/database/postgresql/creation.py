"""Test databases: the aliases are schemas of one test database, as in production."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from django.db.backends.postgresql import creation

from shop.building_blocks.database.postgresql.roles import provision
from shop.building_blocks.modules import extensions_of, names

_created: set[str] = set()


class DatabaseCreation(creation.DatabaseCreation):
    """Creates the one test database with the first alias, and drops it with the first to be destroyed.

    A module's role may not create databases: ``DATABASE_ADMIN_URL`` does, and sets up roles and grants.
    """

    def test_db_signature(self) -> Any:
        """Tells the aliases apart; otherwise Django mirrors the first one and never migrates the rest."""
        return (*super().test_db_signature(), self.connection.settings_dict["SCHEMA"])

    def _create_test_db(self, verbosity: int, autoclobber: bool, keepdb: bool = False) -> str:
        name: str = self._get_test_db_name()  # type: ignore[attr-defined]
        if name not in _created:
            super()._create_test_db(verbosity, autoclobber, keepdb)  # type: ignore[misc]
            _created.add(name)
            if settings.DATABASE_ADMIN_URL:
                provision(settings.DATABASE_ADMIN_URL, name, _aliases(), _extensions())
        return name

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        for connection in connections.all(initialized_only=True):
            connection.close()
        _created.discard(test_database_name)
        with self._nodb_cursor() as cursor:
            name = self.connection.ops.quote_name(test_database_name)
            cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    @contextmanager
    def _nodb_cursor(self) -> Iterator[Any]:
        if not settings.DATABASE_ADMIN_URL:
            with super()._nodb_cursor() as cursor:  # type: ignore[misc]
                yield cursor
            return
        with (
            psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor


def _aliases() -> list[dict[str, Any]]:
    return [config for config in settings.DATABASES.values() if "SCHEMA" in config]


def _extensions() -> list[str]:
    return [extension for module in names() for extension in extensions_of(module)]
