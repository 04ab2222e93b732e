"""Workers come, go and die under load, and handlers fail."""

import signal

import pytest

from tests.resilience.bank import Bank
from tests.support import eventually

pytestmark = pytest.mark.postgresql

SOON = 10.0
"""Seconds for what includes the start of a process on a busy machine."""


def test_who_is_asked_to_stop_under_load_leaves_soon_and_loses_nothing(bank: Bank) -> None:
    bank.no_worker()
    book = bank.deposits(2000)
    worker = bank.start_worker()
    eventually(book.recorded)

    worker.tell(signal.SIGTERM)

    eventually(lambda: not worker.is_alive(), seconds=5)
    assert worker.wait() == 0, worker.output
    assert not book.is_settled()
    bank.a_worker()
    book.settles()
    assert book.never_failed()


def test_workers_that_join_under_load_get_lanes_soon_and_the_dead_ones_lanes_move_on(bank: Bank) -> None:
    bank.a_worker()
    with bank.depositing() as book:
        bank.start_worker()
        eventually(lambda: bank.holders("inbox:ledger") == [4, 4], seconds=SOON)
        bank.start_worker()
        eventually(lambda: bank.holders("inbox:ledger") == [3, 3, 2], seconds=SOON)
        eventually(lambda: bank.holders("relay:teller") == [3, 3, 2], seconds=SOON)

        bank.workers[1].kill()

        eventually(lambda: bank.holders("inbox:ledger") == [4, 4], seconds=SOON)
        eventually(lambda: bank.holders("relay:teller") == [4, 4], seconds=SOON)
    book.settles()
    assert book.never_failed()


def test_what_always_fails_holds_back_its_own_account_and_nobody_else(bank: Bank) -> None:
    bank.a_worker()
    book = bank.deposits(400, "--accounts", "10", "--poisoned", "2", "--poison-at", "3")
    poisoned = {f"{book.name}-0", f"{book.name}-1"}

    eventually(lambda: book.dead() == poisoned)

    behind = [event for event in book.committed() if event.account in poisoned and event.version >= 3]
    book.settles(besides=len(behind))
    assert len(book.waiting()) == len(behind) - len(poisoned)
    assert not [event for event in book.recorded() if event.account in poisoned and event.version >= 3]


def test_deposits_that_are_sent_again_have_no_second_effect(bank: Bank) -> None:
    bank.a_worker()
    with bank.depositing() as book:
        eventually(lambda: book.count_recorded() > 200)

        assert book.send_again(200) > 100

    book.settles()
    assert book.never_failed()
