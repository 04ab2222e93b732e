"""Django's PostgreSQL backend, with a schema per alias: ``DATABASES[alias]["SCHEMA"]``."""

from time import monotonic
from typing import Any

from django.db.backends.postgresql import base

from shop.building_blocks.database.postgresql.creation import DatabaseCreation
from shop.building_blocks.database.postgresql.roles import EXTENSIONS
from shop.building_blocks.modules import extensions_of

_KNOWN = {
    "SCHEMA": "SELECT 1 FROM pg_namespace WHERE nspname = %s",
    "EXTENSION": "SELECT 1 FROM pg_extension WHERE extname = %s",
}

CHECK_EVERY = 5.0
"""Seconds."""


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    health_check_done: bool
    _checked_at = 0.0

    def close_if_health_check_failed(self) -> None:
        """At most once in five seconds, and not at every request: a check is a round trip.

        A session that ends in between costs one request an error; Django then drops the connection.
        A request that needs no check has had it, and gets none between its statements: in the middle of
        a transaction, or right behind its commit, a check would begin another one.
        """
        if monotonic() - self._checked_at >= CHECK_EVERY and not self.health_check_done:
            super().close_if_health_check_failed()
            self._checked_at = monotonic()
        self.health_check_done = True

    def get_connection_params(self) -> dict[str, Any]:
        """Only the module's schema is on the search path, so nobody else's tables are taken for its own.

        Behind it is that of the extensions, which has no tables.
        """
        params: dict[str, Any] = super().get_connection_params()
        options = f"{params.get('options', '')} -c search_path={self.settings_dict['SCHEMA']},{EXTENSIONS}"
        return params | {"options": options.strip()}

    def prepare_database(self) -> None:
        """The first thing that ``migrate`` calls: schema and extensions must be there before the tables."""
        super().prepare_database()
        self._create_missing("SCHEMA", self.settings_dict["SCHEMA"])
        extensions = extensions_of(self.alias)
        if extensions:
            self._create_missing("SCHEMA", EXTENSIONS)
        for extension in extensions:
            self._create_missing("EXTENSION", extension, f"SCHEMA {EXTENSIONS}")

    def _create_missing(self, kind: str, name: str, where: str = "") -> None:
        """Asked before it is made: CREATE ... IF NOT EXISTS wants CREATE on the database even when it
        exists. A module's own role has no such right, and needs none after ``create_roles``.
        """
        with self.cursor() as cursor:
            cursor.execute(_KNOWN[kind], [name])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE {kind} {self.ops.quote_name(name)} {where}")
