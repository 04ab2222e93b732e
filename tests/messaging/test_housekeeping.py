"""Purging runs by itself: from Celery's beat, or on a resident thread where no Celery runs."""

import os
import subprocess
import sys

import pytest

from shop.building_blocks.messaging.resident import Resident, running
from shop.building_blocks.messaging.tasks import Housekeeping
from tests.acceptance.processes import ROOT
from tests.messaging.conftest import MakeOutbox, ago
from tests.support import eventually


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_a_thread_purges_at_the_start(published: MakeOutbox) -> None:
    sent = published(published_at=ago(days=8))

    with running([Resident("housekeeping", Housekeeping)]):
        eventually(lambda: not type(sent)._default_manager.filter(pk=sent.pk).exists())


def celery(script: str, **variables: str) -> str:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DEBUG": "on", "BROKER_URL": "amqp://localhost"}
    command = [sys.executable, "-c", f"from config.celery import app\n{script}"]
    done = subprocess.run(command, cwd=ROOT, env=env | variables, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def test_every_task_on_beats_schedule_exists() -> None:
    script = """
app.loader.import_default_modules()
tasks = [entry["task"] for entry in app.conf.beat_schedule.values()]
print(tasks, [task for task in tasks if task not in app.tasks])
"""

    assert celery(script) == "['messaging.purge'] []"


def test_workers_of_other_modules_neither_take_its_tasks_nor_share_its_schedule() -> None:
    script = "print(app.conf.task_default_queue, app.conf.beat_schedule_filename.rpartition('/')[2])"

    assert celery(script) == "shop.tasks celerybeat-schedule"
    assert celery(script, SHOP_MODULES="identity,catalog") == (
        "shop.tasks.catalog.identity celerybeat-schedule.catalog.identity"
    )
