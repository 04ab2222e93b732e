"""Whoever is killed, and wherever: another one finishes the job, once and in order."""

import pytest

from tests.resilience.bank import Bank
from tests.resilience.book import Book
from tests.resilience.crash_points import IN_PRODUCER, IN_WORKER
from tests.support import eventually

pytestmark = pytest.mark.postgresql


@pytest.mark.parametrize("point", IN_PRODUCER)
def test_a_producer_killed_leaves_each_change_with_its_event_or_neither(bank: Bank, point: str) -> None:
    bank.a_worker()
    book = Book(bank)
    producer = bank.producer(book, 0)
    eventually(book.committed)

    producer.dies(point)

    eventually(producer.was_killed)
    book.settles()


@pytest.mark.parametrize("point", IN_WORKER)
def test_a_worker_killed_loses_nothing_and_doubles_nothing(bank: Bank, point: str) -> None:
    victim = bank.a_worker()
    victim.dies(point)
    book = bank.deposits(200)
    eventually(victim.was_killed)
    assert not book.is_settled()

    bank.a_worker()

    book.settles()
    assert book.never_failed()
