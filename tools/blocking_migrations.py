"""Statements of migrations that would hold up the requests of the version that still runs.

squawk, a linter for PostgreSQL, finds them. It lets be what is new in the same migration: nobody uses that.
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from shop.building_blocks.modules import owned_by

_SQUAWK = Path(sys.executable).parent / "squawk"
_COMMAND = (_SQUAWK, "--reporter", "json", "--pg-version", "16", "--stdin-filepath", "migrations.sql")
_ALONE = "within WithoutBlocking, in a migration with atomic = False."
_NOT_VALID = (
    "Add it by WithoutBlocking(AddConstraintNotValid(...)), and ValidateConstraint in the next migration."
)
_REWRITES = "The whole table is written anew. Add the column empty, and fill it in batches."
ADVICE = {
    "require-concurrent-index-creation": f"Use AddIndexConcurrently {_ALONE}",
    "require-concurrent-index-deletion": f"Use RemoveIndexConcurrently {_ALONE}",
    "ban-concurrent-index-creation-in-transaction": "Set atomic = False in this migration.",
    "disallowed-unique-constraint": "Make a unique index CONCURRENTLY, then the constraint USING that INDEX.",
    "constraint-missing-not-valid": _NOT_VALID,
    "adding-foreign-key-constraint": "Set db_constraint=False, and add it NOT VALID by OnPostgreSQL.",
    "adding-not-nullable-field": f"Add a CheckConstraint first that it is not. {_NOT_VALID}",
    "adding-field-with-default": _REWRITES,
    "adding-serial-primary-key-field": _REWRITES,
    "syntax-error": "It cannot be read, and so not judged.",
}
"""By the rules of squawk that are about locks. Its others are a matter of taste, or breaking_migrations knows
better: it can tell whether somebody still uses what goes.
"""


def blocking_statements(sql: str) -> list[str]:
    """Each with what to do instead. ``sql`` is all migrations of a release, in their order."""
    done = subprocess.run(_COMMAND, input=sql, check=False, capture_output=True, text=True)
    lines = sql.splitlines()
    special_last = {
        one["line"]: one["rule_name"] for one in json.loads(done.stdout) if one["rule_name"] in ADVICE
    }
    return [f"{lines[line].strip()} {ADVICE[rule]}" for line, rule in special_last.items()]


def unapplied(module: str) -> str:
    """What ``migrate`` would do to the module's database, as far as it is SQL and not Python."""
    executor = MigrationExecutor(connections[module])
    labels = owned_by(module)
    leaves = [leaf for label in labels for leaf in executor.loader.graph.leaf_nodes(label)]
    return "\n".join(
        in_transaction(executor.loader.collect_sql([(migration, False)]), atomic=migration.atomic)
        for migration, _ in executor.migration_plan(leaves)
        if migration.app_label in labels
    )


def in_transaction(statements: Iterable[str], *, atomic: bool) -> str:
    """As Django applies a migration."""
    return "\n".join(["BEGIN;", *statements, "COMMIT;"] if atomic else statements)
