"""The teller and the ledger in processes of their own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg.sql import SQL, Composed, Identifier

from tests.acceptance.processes import ROOT, Process
from tests.resilience.book import RECOVERS_WITHIN, Book
from tests.support import eventually
from tools.test import module_url

MODULES = ("teller", "ledger")
BLOCKED = "SELECT 1 FROM pg_locks WHERE relation = 'ledger.ledger_entry'::regclass AND NOT granted"
END_SESSIONS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename LIKE %s
"""
HOLDERS = """
    SELECT pid, count(*) FROM pg_locks
    WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND objid > 0
      AND classid = (hashtext(%s)::bigint & 4294967295)::oid
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY pid
"""


class Doomed(Process):
    """A process that can be told where to die."""

    def __init__(self, folder: Path, arguments: list[str], env: dict[str, str]) -> None:
        name = uuid4().hex[:8]
        self._crash_file = folder / f"{name}.crash"
        env = env | {"CRASH_FILE": str(self._crash_file)}
        super().__init__([sys.executable, "-m", *arguments], env, folder / f"{name}.log")

    def dies(self, point: str) -> None:
        """Once, when it gets there."""
        written = self._crash_file.with_suffix(".new")
        written.write_text(point)
        written.rename(self._crash_file)

    def was_killed(self) -> bool:
        return self._process.poll() == -signal.SIGKILL

    def kill(self) -> None:
        if self.is_alive():
            super().kill()


class Bank:
    """``*_url`` are what its processes use, ``direct_url`` is for looking at it from outside."""

    def __init__(self, folder: Path, database_url: str, broker_url: str, direct_url: str = "") -> None:
        self.folder, self.database_url, self.broker_url = folder, database_url, broker_url
        self.direct_url = direct_url or database_url
        self.name = f"bank_{uuid4().hex[:8]}"
        self.workers: list[Doomed] = []
        self.options: dict[str, str] = {}

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        return {
            **kept,
            **self._module_urls(self.database_url),
            **self.options,
            "DJANGO_SETTINGS_MODULE": "tests.resilience.settings",
            "CELERY_SKIP_CHECKS": "true",  # they would want the pages of the whole shop
            "DEBUG": "on",
            "ENV_FILE": "",
            "DATA_DIR": str(self.folder),
            "DATABASE_ADMIN_URL": self.direct_url,
            "BROKER_URL": self.broker_url,
            "MESSAGING_NAMESPACE": self.name,
        }

    def _module_urls(self, server: str) -> dict[str, str]:
        urls = {module: urlsplit(module_url(self.direct_url, module)) for module in MODULES}
        address = urlsplit(server).netloc.rpartition("@")[2]
        return {
            f"{module.upper()}_DATABASE_URL": url._replace(
                netloc=f"{url.netloc.rpartition('@')[0]}@{address}", path=f"/{self.name}"
            ).geturl()
            for module, url in urls.items()
        }

    def open(self) -> None:
        """Make the database and its tables; what is committed is to survive a crash of the server."""
        for command in (["create_roles"], ["migrate_modules", "--skip-checks", "-v", "0"]):
            manage = [sys.executable, "manage.py", *command]
            subprocess.run(manage, env=self.env, cwd=ROOT, check=True, capture_output=True)
        durable = SQL("ALTER DATABASE {} SET synchronous_commit = on").format(Identifier(self.name))
        with psycopg.connect(self.direct_url, autocommit=True) as connection:
            connection.execute(durable)

    def close(self) -> None:
        while self.workers:
            self.workers.pop().kill()
        with psycopg.connect(self.direct_url, autocommit=True) as connection:
            connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(self.name)))

    def start_worker(self) -> Doomed:
        arguments = ["tests.resilience.worker", f"worker-{len(self.workers)}"]
        worker = Doomed(self.folder, arguments, self.env)
        self.workers.append(worker)
        return worker

    def a_worker(self) -> Doomed:
        """The only one; it may have served an earlier test."""
        alive = [worker for worker in self.workers if worker.is_alive()]
        for worker in alive[1:]:
            worker.kill()
        self.workers = alive[:1]
        return self.workers[0] if self.workers else self.start_worker()

    def no_worker(self) -> None:
        while self.workers:
            self.workers.pop().kill()

    def producer(self, book: Book, events: int, *options: str) -> Doomed:
        """It goes to PostgreSQL directly: what happens to the workers' network is not its business."""
        arguments = ["tests.resilience.produce", book.name, str(events), *options]
        return Doomed(self.folder, arguments, self.env | self._module_urls(self.direct_url))

    def deposits(self, events: int, *options: str) -> Book:
        """Committed when this returns."""
        book = Book(self)
        producer = self.producer(book, events, *options)
        assert producer.wait() == 0, producer.output
        return book

    @contextmanager
    def depositing(self) -> Iterator[Book]:
        """Deposits never cease while the body runs, which begins when the first ones are recorded."""
        book = Book(self)
        producer = self.producer(book, 0, "--pause", "0.02")
        try:
            eventually(book.recorded, seconds=RECOVERS_WITHIN)
            yield book
            assert producer.is_alive(), producer.output
        finally:
            producer.kill()

    def holders(self, kind: str) -> list[int]:
        """How many lanes each worker holds, by their sessions."""
        return sorted((count for _, count in self.ask(HOLDERS, kind)), reverse=True)

    @contextmanager
    def ledger_is_busy(self) -> Iterator[None]:
        """Nobody can record while the body runs, which begins when somebody tries to."""
        with self._connect() as connection:
            connection.execute("LOCK TABLE ledger.ledger_entry IN SHARE MODE")
            eventually(lambda: self.ask(BLOCKED))
            yield

    def end_sessions(self, module: str = "%") -> int:
        """As an administrator or a failover would."""
        return len(self.ask(END_SESSIONS, f"%\\_{module}"))

    @contextmanager
    def ledger_is_read_only(self) -> Iterator[None]:
        """As while a standby takes over: its sessions end, and new ones may not write."""
        role = self.ask("SELECT tableowner FROM pg_tables WHERE tablename = 'ledger_entry'")[0][0]
        change = SQL("ALTER ROLE {} IN DATABASE {} {} default_transaction_read_only")
        names = Identifier(role), Identifier(self.name)
        self._do(change.format(*names, SQL("SET")) + SQL(" = on"))
        self.end_sessions("ledger")
        try:
            yield
        finally:
            self._do(change.format(*names, SQL("RESET")))
            self.end_sessions("ledger")

    def _do(self, statement: Composed) -> None:
        with self._connect() as connection:
            connection.execute(statement)

    def ask(self, sql: str, *params: str | int) -> list[Any]:
        with self._connect() as connection:
            return connection.execute(SQL(sql), params).fetchall()

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(urlsplit(self.direct_url)._replace(path=f"/{self.name}").geturl())

    def tail(self) -> str:
        return "\n".join("\n".join(worker.output.splitlines()[-15:]) for worker in self.workers)
