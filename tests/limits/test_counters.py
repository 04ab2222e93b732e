"""Where things are counted: in memory, in PostgreSQL, in Redis, all by the same promises."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connections
from django.utils import timezone

from shop.building_blocks.limits.counters import Counters, InDatabase, InMemory, InRedis, Shared
from shop.building_blocks.limits.models import purge_counters
from shop.modules.catalog.models import Counter
from tests.support import at_once, eventually
from tools.private_server import Server

pytestmark = pytest.mark.django_db(transaction=True, databases=["catalog"])

on_servers = pytest.mark.postgresql


def test_counts_from_the_first_in_a_window(counters: Counters) -> None:
    assert [counters.add("alice", amount, 60).number for amount in (1, 1, 20)] == [1, 2, 22]
    assert counters.add("bob", 5, 60).number == 5


def test_the_window_ends_that_long_after_its_first(counters: Counters) -> None:
    first = counters.add("alice", 1, 60)
    second = counters.add("alice", 1, 60)

    assert 59 < second.seconds <= first.seconds <= 60


def test_a_new_window_begins_at_none(counters: Counters) -> None:
    counters.add("alice", 7, 1)

    assert eventually(lambda: counters.add("alice", 1, 1).number == 1)


def test_what_is_given_back_is_not_counted_any_more_and_never_less_than_none(counters: Counters) -> None:
    counters.add("alice", 2, 60)

    assert [counters.add("alice", -1, 60).number for _ in range(3)] == [1, 0, 0]
    assert counters.add("alice", 1, 60).number == 1
    assert counters.add("nobody", -1, 60).number == 0


def test_those_who_count_at_once_are_told_different_numbers(counters: Counters) -> None:
    def add() -> list[int]:
        return [counters.add("alice", 1, 60).number for _ in range(25)]

    told = at_once(*[add] * 8)

    assert sorted(number for numbers in told for number in numbers) == list(range(1, 201))


def test_a_flood_of_others_pushes_nobody_out_of_memory() -> None:
    counters = InMemory(size=10)
    counters.add("alice", 1, 60)
    for number in range(1000):
        counters.add(f"stranger {number}", 1, 60)

    assert counters.add("alice", 1, 60).number == 2


def test_memory_forgets_the_windows_that_are_over() -> None:
    counters = InMemory(size=10)
    for number in range(10):
        counters.add(f"stranger {number}", 1, 0)
    counters.add("alice", 1, 60)

    assert list(counters._windows) == ["alice"]


def counted_alone(counters: Shared) -> list[int]:
    return [counters.add("alice", 1, 60).number for _ in range(3)]


@on_servers
def test_while_the_table_is_away_a_process_counts_alone_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    counters = Shared(InDatabase("catalog"))
    with connections["catalog"].cursor() as cursor:
        cursor.execute("ALTER TABLE catalog_counter RENAME TO lost")
        try:
            assert counted_alone(counters) == [1, 2, 3]
        finally:
            cursor.execute("ALTER TABLE lost RENAME TO catalog_counter")

    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "InDatabase" in caplog.text


@on_servers
def test_while_redis_is_away_a_process_counts_alone_and_asks_again_later(
    redis: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = redis.url.replace("127.0.0.1", "127.0.0.2")  # nobody listens there
    counters = Shared(InRedis(url, "catalog"))

    assert counted_alone(counters) == [1, 2, 3]
    assert caplog.text.count("InRedis") == 1

    monkeypatch.setattr(Shared, "PAUSE", 0.0)
    counters = Shared(InRedis(url, "catalog"))
    assert counted_alone(counters) == [1, 2, 3]
    assert caplog.text.count("InRedis") == 4


@on_servers
@pytest.mark.django_db(databases=settings.SHOP_MODULES)
def test_counters_of_postgresql_do_not_wait_for_the_disk() -> None:
    """And PostgreSQL forgets them if it crashes: limits are for minutes."""
    for module in settings.SHOP_MODULES:
        with connections[module].cursor() as cursor:
            cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = %s", [f"{module}_counter"])
            assert cursor.fetchone() == ("u",), module


@pytest.mark.django_db(databases=settings.SHOP_MODULES)
@pytest.mark.parametrize("is_over", [True, False])
def test_what_is_over_is_purged(is_over: bool) -> None:
    Counter.objects.create(
        key="alice", count=1, expires=timezone.now() + timedelta(hours=-1 if is_over else 1)
    )

    assert purge_counters() == int(is_over)
