"""What migrations take from the version of the shop that still runs: its models against the new tables.

It knows only its own columns, so what it does not know must not have to be given. docs/upgrades.md tells how
to do all of this over two releases.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

COLUMNS = """
    SELECT relname, attname, format_type(atttypid, atttypmod), NOT attnotnull,
           atthasdef OR attidentity <> '' OR attgenerated <> ''
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = '{}'::regnamespace AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
"""
"""Of a schema of PostgreSQL. Its rows are for ``tables``."""


class Column(NamedTuple):
    type: str
    may_be_null: bool
    has_default: bool


Tables = Mapping[str, Mapping[str, Column]]
Models = Mapping[str, Mapping[str, bool]]
"""The columns of each table that a version's models name, and whether they may be null there."""

_LATER = "Take it out of the models in this release, and out of the database in the next."
_BESIDE = "Add another column, fill both, and drop this one later."


def tables(rows: Iterable[tuple[Any, ...]]) -> Tables:
    found: dict[str, dict[str, Column]] = {}
    for table, name, *column in rows:
        found.setdefault(table, {})[name] = Column(*column)
    return found


def breaking_changes(models: Models, before: Tables, after: Tables) -> list[str]:
    """A sentence for each thing that these models could do before, and cannot after."""
    return [
        f"{table}{change}"
        for table, columns in models.items()
        if table in before
        for change in _table(columns, before[table], after.get(table, {}))
    ]


def _table(
    models: Mapping[str, bool], before: Mapping[str, Column], after: Mapping[str, Column]
) -> Iterator[str]:
    if not after:
        yield f" is gone, and still used. {_LATER}"
        return
    for name, may_be_null in models.items():
        for change in _column(may_be_null, before[name], after.get(name)):
            yield f".{name} {change}"
    for name, column in after.items():
        if name not in models and not (column.may_be_null or column.has_default):
            yield f".{name} must be given by who does not know it. Give it a db_default, or null=True."


def _column(may_be_null: bool, before: Column, after: Column | None) -> Iterator[str]:
    if after is None:
        yield f"is gone, and still used. {_LATER}"
        return
    if not _is_wider(before.type, after.type):
        yield f"is {after.type} and was {before.type}. {_BESIDE}"
    if may_be_null and before.may_be_null and not after.may_be_null:
        yield "must not be null, and may still be left so. Have the code fill it in one release before."
    if before.has_default and not (after.has_default or after.may_be_null):
        yield "has no default any more, and may still be left out. Keep it for one more release."


def _is_wider(before: str, after: str) -> bool:
    """Or the same. Only where PostgreSQL need not write the table anew, which keeps everybody out."""
    old, new = (re.fullmatch(r"character varying\((\d+)\)", one) for one in (before, after))
    if before == after or not old:
        return before == after
    return after == "text" or bool(new and int(new[1]) >= int(old[1]))
