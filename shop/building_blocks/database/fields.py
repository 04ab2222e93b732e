"""Columns that mean the same on PostgreSQL and on SQLite."""

from typing import Any

from django.db import models


class BytewiseCharField(models.CharField[str, str]):
    """Text that is compared by code points, on every server and whatever its locale.

    So a list has one order everywhere, an index serves prefixes too, and an upgrade of the system's
    locales does not spoil it.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        collation = "C" if connection.vendor == "postgresql" else None  # SQLite's default is that
        return {**super().db_parameters(connection), "collation": collation}
