"""Workers, and the clock, show that they are at work, and count what their children do, too."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.acceptance.processes import Process
from tests.resilience.bank import Bank, Doomed
from tests.support import eventually
from tests.telemetry.health import is_well
from tests.telemetry.numbers import TOKEN, Numbers
from tests.telemetry.receiver import Receiver, names, receiving
from tools.private_server import free_port

pytestmark = pytest.mark.postgresql

CHORE = "shop_housekeeping_runs_total"


@pytest.fixture
def health(bank: Bank, tmp_path: Path) -> Iterator[Path]:
    """The folder; whoever starts is impatient with its threads."""
    bank.no_worker()
    bank.options = {"HEALTH_DIR": str(tmp_path), "STUCK_AFTER": "1.5"}
    yield tmp_path
    bank.no_worker()
    bank.options = {}


@pytest.fixture
def collector() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@contextmanager
def celery(bank: Bank, *arguments: str, **env: str) -> Iterator[Process]:
    log = bank.folder / f"{arguments[0]}.log"
    process = Process([sys.executable, "-m", "celery", "-A", "config", *arguments], bank.env | env, log)
    try:
        yield process
    finally:
        process.kill()


def test_a_worker_that_is_stopped_is_not_well(bank: Bank, health: Path) -> None:
    worker: Doomed = bank.start_worker()
    eventually(lambda: is_well(health / "worker"))

    worker.tell(signal.SIGSTOP)
    eventually(lambda: not is_well(health / "worker"))

    worker.tell(signal.SIGCONT)
    eventually(lambda: is_well(health / "worker"))


def test_a_worker_whose_consumer_hangs_is_not_well_though_all_else_goes_on(bank: Bank, health: Path) -> None:
    bank.start_worker()
    book = bank.deposits(5)
    eventually(lambda: is_well(health / "worker"))

    with bank.depositing() as more, bank.ledger_is_busy():
        eventually(lambda: not is_well(health / "worker"))
        assert bank.holders("relay:teller")

    eventually(lambda: is_well(health / "worker"))
    book.settles()
    more.settles()


def test_a_clock_that_stands_still_is_not_well(bank: Bank, health: Path) -> None:
    with celery(bank, "beat", "--max-interval", "1") as beat:
        eventually(lambda: is_well(health / "beat"))

        beat.tell(signal.SIGSTOP)

        eventually(lambda: not is_well(health / "beat"))


def test_a_worker_that_finds_nothing_to_do_leaves_no_trace(
    bank: Bank, health: Path, collector: Receiver
) -> None:
    """All that it does is recorded; so a span of its own making would be the first of a trace."""
    bank.options |= {**collector.env, "OTEL_TRACES_SAMPLER": "parentbased_always_on"}
    worker = bank.start_worker()
    eventually(lambda: is_well(health / "worker"))
    book = bank.deposits(5)
    book.settles()
    worker.tell(signal.SIGTERM)

    assert worker.wait() == 0
    assert {"send teller.deposited.v1", "process teller.deposited.v1"} <= set(names(collector.spans))
    known = {span.id for span in collector.spans}
    assert {span.name for span in collector.spans if span.parent not in known} == {"Deposit"}


def purge(bank: Bank, times: int) -> None:
    script = f"from config.celery import app\nfor _ in range({times}): app.send_task('messaging.purge')"
    assert Process([sys.executable, "-c", script], bank.env, bank.folder / "purge.log").wait() == 0


def child_of(process: Process) -> int:
    pid = process._process.pid
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return next(int(child) for task in tasks for child in task.read_text().split())


def test_the_children_of_a_worker_count_as_one_with_it(bank: Bank, health: Path, collector: Receiver) -> None:
    port = free_port()

    def numbers() -> Numbers:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        page = requests.get(f"http://127.0.0.1:{port}/metrics", headers=headers, timeout=5)
        assert page.ok, page.text
        return Numbers(page.text)

    variables = {"METRICS_BIND": f"127.0.0.1:{port}", "METRICS_TOKEN": TOKEN, **collector.env_of_metrics}
    with celery(bank, "worker", "-P", "prefork", "-c", "2", "-l", "INFO", **variables) as worker:
        eventually(lambda: is_well(health / "worker"), seconds=30)
        assert requests.get(f"http://127.0.0.1:{port}/metrics", timeout=5).status_code == 401
        book = bank.deposits(20)
        book.settles()
        purge(bank, 6)
        eventually(lambda: numbers().of(CHORE, chore="purge_everywhere", outcome="ok") == 6)

        os.kill(child_of(worker), signal.SIGKILL)
        purge(bank, 6)
        eventually(lambda: numbers().of(CHORE, chore="purge_everywhere", outcome="ok") == 12)

        now, made = numbers(), len(book.committed())
        assert now.of("shop_outbox_published_total", module="teller") == made
        handled = {"module": "ledger", "consumer": "record_deposit", "outcome": "handled"}
        assert now.of("shop_inbox_messages_total", **handled) == made
        assert now.of("shop_thread_last_beat_timestamp_seconds", thread="relay", module="teller") > 1e9
        eventually(lambda: collector.last("shop_inbox_messages_total", **handled) == made)
        eventually(lambda: collector.last(CHORE, chore="purge_everywhere", outcome="ok") == 12)
        assert len({point.instance for export in collector.exports for point in export}) == 1
