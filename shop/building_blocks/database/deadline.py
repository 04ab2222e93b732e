"""Time limits for reads whose cost depends on what is typed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

import psycopg
from django.db import OperationalError, connections, transaction

_STEPS = 10_000
"""Of SQLite's virtual machine, between two looks at the clock: well under a millisecond."""


class DeadlineExceeded(Exception):
    """The database gave up, because it was told to."""


@contextmanager
def deadline(alias: str, milliseconds: int, **settings: str) -> Iterator[None]:
    """Each statement of the block may take so long; then DeadlineExceeded is raised.

    For reads: on PostgreSQL the block is a transaction, in which ``settings`` of the server hold, too, and
    which is rolled back, also where there is one around it. So nothing of it outlives the block.
    """
    limited = _on_sqlite if connections[alias].vendor == "sqlite" else _on_postgresql
    try:
        with limited(alias, milliseconds, settings):
            yield
    except OperationalError as error:
        if _is_ours(error.__cause__):
            raise DeadlineExceeded(f"{milliseconds} ms") from error
        raise


@contextmanager
def _on_postgresql(alias: str, milliseconds: int, settings: dict[str, str]) -> Iterator[None]:
    chosen = {"statement_timeout": str(milliseconds), **settings}
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        columns = ", ".join(["set_config(%s, %s, true)"] * len(chosen))
        cursor.execute(f"SELECT {columns}", [part for pair in chosen.items() for part in pair])
        yield
        transaction.set_rollback(True, using=alias)


@contextmanager
def _on_sqlite(alias: str, milliseconds: int, _settings: Any) -> Iterator[None]:
    """The limit is for the whole block."""
    connections[alias].ensure_connection()
    connection: sqlite3.Connection = connections[alias].connection
    end = monotonic() + milliseconds / 1000
    connection.set_progress_handler(lambda: monotonic() > end, _STEPS)
    try:
        yield
    finally:
        connection.set_progress_handler(None, 0)


def _is_ours(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        return cause.sqlite_errorname == "SQLITE_INTERRUPT"
    return isinstance(cause, psycopg.errors.QueryCanceled)
