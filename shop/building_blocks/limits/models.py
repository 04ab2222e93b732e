"""The table of counters, one per module: whoever serves a module reaches its database."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from shop.building_blocks.database.batches import delete_in_batches
from shop.building_blocks.database.operations import OnPostgreSQL
from shop.building_blocks.housekeeping import Progress, chore


class Counter(models.Model):
    """What happened in a window of time. Only ``InDatabase`` writes it."""

    key = models.CharField(primary_key=True, max_length=128)
    count = models.BigIntegerField()
    expires = models.DateTimeField()

    class Meta:
        abstract = True
        indexes: ClassVar = [models.Index(fields=["expires"], name="%(app_label)s_counter_age")]

    def __str__(self) -> str:
        return self.key


def unlogged(table: str) -> OnPostgreSQL:
    """A step of a migration: commits of counters do not wait for the disk, and a crash forgets them."""
    return OnPostgreSQL(f"ALTER TABLE {table} SET UNLOGGED", f"ALTER TABLE {table} SET LOGGED")


@chore
def purge_counters(progress: Progress | None = None) -> int:
    """Delete, in every module, the counters whose windows are over."""
    return sum(
        delete_in_batches(
            model._default_manager.filter(expires__lte=timezone.now()).order_by("expires"), progress
        )
        for model in Counter.__subclasses__()
    )
