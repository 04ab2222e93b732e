"""A cursor whose statements PostgreSQL parses and plans once per connection, not once per call."""

from typing import Any

from django.db.backends.postgresql.base import ServerBindingCursor


def preparing(connection: Any) -> Any:
    """For statements whose best plan is always the same: Django's own cursor sends each as a new text."""
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    plain: Any = ServerBindingCursor
    return connection._prepare_cursor(plain(connection.connection))
