"""Steps of migrations."""

from typing import Any

from django.db.migrations import RunSQL
from django.db.migrations.operations.base import Operation


class OnPostgreSQL(RunSQL):
    """SQL that has no meaning on SQLite, such as indexes of kinds that it does not know."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class WithoutBlocking(Operation):
    """What PostgreSQL can do while others use the table, such as ``AddIndexConcurrently``; and what does the
    same on SQLite, if anything is to be done there.
    """

    def __init__(self, postgresql: Operation, elsewhere: Operation | None = None) -> None:
        self.postgresql, self.elsewhere = postgresql, elsewhere
        self.atomic = postgresql.atomic  # type: ignore[misc]  # each knows whether it may be in one

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.postgresql, self.elsewhere], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        self.postgresql.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if operation := self._on(schema_editor):
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if operation := self._on(schema_editor):
            operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return self.postgresql.describe()

    def _on(self, schema_editor: Any) -> Operation | None:
        return self.postgresql if schema_editor.connection.vendor == "postgresql" else self.elsewhere
