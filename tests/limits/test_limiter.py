"""Exactly as many as a limit says, however many ask at once and wherever they are counted."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from shop.building_blocks.limits.counters import Counters, InMemory
from shop.building_blocks.limits.limiter import Limiter, limiter
from shop.building_blocks.limits.rates import Rate
from tests.acceptance.processes import ROOT
from tests.support import at_once, eventually

pytestmark = pytest.mark.django_db(transaction=True, databases=["catalog", "inventory"])
LIMIT = "requests_per_client"


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.LIMITS = {
        LIMIT: Rate(1200, 60),
        "few": Rate(5, 60),
        "others": Rate(8, 60),
        "short": Rate(1, 1),
    }


def passing(limiter: Limiter, whom: str = "alice", limit: str = LIMIT) -> int:
    """How many pass until one is refused."""
    passed = 0
    while not limiter.take(limit, whom):
        passed += 1
    return passed


def test_exactly_as_many_pass_as_the_limit_says_and_then_they_wait() -> None:
    catalogs = limiter("catalog")

    assert passing(catalogs) == 1200
    assert 0 < catalogs.take(LIMIT, "alice") <= 60


def test_limits_are_for_each_whom_and_for_each_module() -> None:
    assert passing(limiter("catalog"), limit="few") == 5

    assert limiter("catalog").take("few", "bob") == 0
    assert limiter("inventory").take("few", "alice") == 0
    assert limiter("catalog").take("few", "alice") > 0


def test_after_the_wait_it_goes_on() -> None:
    catalogs = limiter("catalog")

    assert passing(catalogs, limit="short") == 1
    assert eventually(lambda: catalogs.take("short", "alice") == 0)


def test_threads_of_a_process_get_exactly_the_limit() -> None:
    catalogs = limiter("catalog")

    assert sum(at_once(*[lambda: passing(catalogs)] * 8)) == 1200


def test_several_processes_get_exactly_the_limit_between_them(counters: Counters) -> None:
    """Each has blocks of its own from one counter; a limiter is what a process has."""
    processes = [Limiter(counters) for _ in range(6)]

    assert sum(at_once(*[lambda one=one: passing(one) for one in processes])) == 1200


def test_who_asks_last_is_not_refused_noticeably_early(counters: Counters) -> None:
    """Five processes have a block that they do not use; the sixth has nearly all."""
    for _ in range(5):
        Limiter(counters).take(LIMIT, "alice")

    assert passing(Limiter(counters)) >= 1200 * 0.79


def test_most_requests_ask_no_store() -> None:
    counters = Counting()
    limited = Limiter(counters)

    for _ in range(600):
        limited.take(LIMIT, "alice")
    assert counters.asked <= 600 / 30

    passing(limited)
    counters.asked = 0
    assert {limited.take(LIMIT, "alice") > 0 for _ in range(1000)} == {True}
    assert counters.asked == 0


class Counting(InMemory):
    asked = 0

    def add(self, *arguments: Any) -> Any:
        self.asked += 1
        return super().add(*arguments)


def test_an_attempt_counts_in_all_its_buckets_until_it_is_given_back() -> None:
    catalogs = limiter("catalog")

    for _ in range(20):
        attempt = catalogs.attempt(("few", "alice"), ("others", "alice"))
        assert attempt.wait == 0
        attempt.give_back("few", "others")


def test_an_attempt_that_one_bucket_refuses_counts_in_none() -> None:
    catalogs = limiter("catalog")
    waits = [catalogs.attempt(("few", "alice"), ("others", "all")).wait for _ in range(50)]

    assert [wait > 0 for wait in waits] == [False] * 5 + [True] * 45
    assert [catalogs.attempt(("others", "all")).wait > 0 for _ in range(4)] == [False] * 3 + [True]


def test_attempts_at_once_are_never_more_than_the_limit() -> None:
    catalogs = limiter("catalog")

    waits = at_once(*[lambda: catalogs.attempt(("few", "alice")).wait] * 30)

    assert sum(wait == 0 for wait in waits) == 5


@pytest.mark.postgresql
def test_the_store_is_told_neither_names_nor_addresses() -> None:
    with CaptureQueriesContext(connections["catalog"]) as asked:
        limiter("catalog").take(LIMIT, "alice 203.0.113.7")

    assert len(asked) == 1
    assert "alice" not in asked[0]["sql"]
    assert "203.0" not in asked[0]["sql"]


PROGRAM = """
import sys
from config import settings
for database in settings.DATABASES.values():
    if database:
        database["NAME"] = sys.argv[1]
import django
django.setup()
from shop.building_blocks.limits.limiter import limiter
print("ready", flush=True)
sys.stdin.readline()
passed = 0
while not limiter("catalog").take("requests_per_client", "alice"):
    passed += 1
print(passed)
"""


def passing_in_processes() -> int:
    """How many pass in three operating-system processes together."""
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "on"}
    name = str(connections["catalog"].settings_dict["NAME"])
    command = [sys.executable, "-c", PROGRAM, name]
    pipe = subprocess.PIPE
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdin=pipe, stdout=pipe, text=True) for _ in range(3)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(int(process.communicate(timeout=60)[0]) for process in processes)


@pytest.mark.postgresql
def test_operating_system_processes_share_the_limit_in_the_database() -> None:
    assert passing_in_processes() == 1200
