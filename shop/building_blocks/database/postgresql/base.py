"""Django's PostgreSQL backend, with a schema per alias: ``DATABASES[alias]["SCHEMA"]``."""

from time import monotonic
from typing import Any

from django.db.backends.postgresql import base

from shop.building_blocks.database.postgresql.creation import DatabaseCreation

CHECK_EVERY = 5.0
"""Seconds."""


class DatabaseWrapper(base.DatabaseWrapper):
    creation_class = DatabaseCreation
    _checked_at = 0.0

    def close_if_health_check_failed(self) -> None:
        """At most once in five seconds, and not at every request: a check is a round trip.

        A session that ends in between costs one request an error; Django then drops the connection.
        """
        if monotonic() - self._checked_at >= CHECK_EVERY:
            super().close_if_health_check_failed()
            self._checked_at = monotonic()

    def get_connection_params(self) -> dict[str, Any]:
        """Only the module's schema is on the search path, so nobody else's tables are taken for its own."""
        params: dict[str, Any] = super().get_connection_params()
        options = f"{params.get('options', '')} -c search_path={self.settings_dict['SCHEMA']}"
        return params | {"options": options.strip()}

    def prepare_database(self) -> None:
        """The first thing that ``migrate`` calls: the schema must be there before its tables.

        Asked before it is made: CREATE SCHEMA IF NOT EXISTS wants CREATE on the database even when
        the schema exists, and a module's own role has no such right.
        """
        super().prepare_database()
        schema = self.settings_dict["SCHEMA"]
        with self.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE SCHEMA {self.ops.quote_name(schema)}")
