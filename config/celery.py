"""``celery -A config worker``: housekeeping tasks, and the relay and consumers of every module."""

import os

from celery import Celery
from celery.signals import worker_init
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.telemetry import instrument

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

if not settings.BROKER_URL:
    raise ImproperlyConfigured(
        "BROKER_URL is not set: without a broker the web process delivers events itself, "
        "and there is nothing for a worker to do."
    )

app = Celery("shop", broker=settings.BROKER_URL)
app.conf.update(
    broker_connection_retry_on_startup=True,
    broker_heartbeat=10,
    task_default_queue=f"{settings.MESSAGING['namespace']}.tasks",
    task_default_queue_type="quorum",
    task_ignore_result=True,
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
)


def _add_messaging() -> None:
    from shop.building_blocks.messaging.worker import Messaging

    app.steps["worker"].add(Messaging)


worker_init.connect(lambda **_: instrument(), weak=False)
app.on_after_finalize.connect(lambda **_: _add_messaging(), weak=False)
