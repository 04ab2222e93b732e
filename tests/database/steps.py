"""Migrations that are in no module."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation


def a_migration(module: str, *operations: Operation, atomic: bool = True) -> Migration:
    steps = {"operations": operations, "atomic": atomic}
    migration: Migration = type("Steps", (Migration,), steps)("of_the_test", module)
    return migration


@contextmanager
def migrated(module: str, *operations: Operation) -> Iterator[None]:
    """By these, while the body runs; not in one transaction."""
    connection, migration = connections[module], a_migration(module, *operations, atomic=False)
    state = MigrationLoader(connection).project_state()
    with connection.schema_editor(atomic=False) as editor:
        migration.apply(state.clone(), editor)
    yield
    with connection.schema_editor(atomic=False) as editor:
        migration.unapply(state, editor)
