"""Deleting much without anybody waiting for it."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet


def delete_in_batches(
    rows: QuerySet[Any], progress: Callable[[int], None] | None = None, batch: int = 5000
) -> int:
    """Delete ``rows``, ordered by an index, in transactions of ``batch`` rows; tell each one's number."""
    total = 0
    while ids := list(rows.values_list("pk", flat=True)[:batch]):
        deleted, _ = rows.order_by().filter(pk__in=ids).delete()
        total += deleted
        if progress:
            progress(deleted)
    return total
