"""``celery -A config worker``: housekeeping tasks, and the relay and consumers of every module."""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config import metrics
from config.refusal import in_a_sentence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

with in_a_sentence():
    if not settings.BROKER_URL:
        raise ImproperlyConfigured(
            "BROKER_URL is not set: without a broker the web process delivers events itself, "
            "and there is nothing for a worker to do."
        )

metrics.share()
metrics.join()

# Who cannot do a task must not get it: each set of modules that share processes has a queue, and a schedule.
_WHOSE = () if len(settings.SHOP_MODULES) == len(settings.MODULES) else settings.SHOP_MODULES
_TASKS = ".".join((settings.MESSAGING["namespace"], "tasks", *_WHOSE))

app = Celery("shop", broker=settings.BROKER_URL)
app.conf.update(
    include=["shop.building_blocks.messaging.tasks"],
    # For `celery -A config beat`, or one worker with -B. At a minute of the clock and not after an hour of
    # running, so that restarts do not put it off; what nobody took within the hour is not owed.
    beat_schedule={
        "purge messages": {
            "task": "messaging.purge",
            "schedule": crontab(minute=17),
            "options": {"expires": 3600},
        },
    },
    beat_scheduler="shop.building_blocks.messaging.beat:Scheduler",
    beat_max_loop_interval=5,
    beat_schedule_filename=str(settings.DATA_DIR / ".".join(("celerybeat-schedule", *_WHOSE))),
    broker_connection_retry_on_startup=True,
    broker_heartbeat=10,
    task_default_queue=_TASKS,
    task_default_queue_type="quorum",
    task_ignore_result=True,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
)


def _add_messaging() -> None:
    from shop.building_blocks.messaging.worker import Messaging

    app.steps["worker"].add(Messaging)


def _start(**_: Any) -> None:
    """A receiver's exception would be logged and forgotten, and the worker go on; not an exit."""
    from shop.building_blocks.database.ownership import refuse_foreign_databases

    with in_a_sentence():
        refuse_foreign_databases()


worker_init.connect(_start, weak=False)
app.on_after_finalize.connect(lambda **_: _add_messaging(), weak=False)
