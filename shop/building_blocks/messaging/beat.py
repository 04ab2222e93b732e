"""Celery's clock, which shows that it ticks."""

from typing import Any

from celery.beat import PersistentScheduler
from django.conf import settings

from shop.building_blocks.telemetry.pulse import touch


class Scheduler(PersistentScheduler):
    """Also in a worker with -B, whose own file this is not."""

    def tick(self, *args: Any, **kwargs: Any) -> Any:
        touch(settings.HEALTH_DIR, "beat")
        return super().tick(*args, **kwargs)
