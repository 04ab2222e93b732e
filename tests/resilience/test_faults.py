"""Servers crash, networks break, sessions end, memory runs out: work goes on by itself once that is over."""

import pytest

from tests.resilience.book import RECOVERS_WITHIN, Book
from tests.resilience.world import World
from tests.support import eventually

pytestmark = pytest.mark.postgresql


def flows(book: Book) -> None:
    """What is deposited from now on is recorded, too."""
    latest = book.committed()[-1]
    eventually(lambda: latest in book.recorded(), seconds=RECOVERS_WITHIN)


def test_the_broker_crashes_and_comes_back(world: World) -> None:
    with world.bank.depositing() as book:
        with world.broker.away():
            eventually(lambda: book.unsent() > 50)
        flows(book)
    book.settles()
    assert book.never_failed()


def test_postgresql_crashes_and_comes_back(world: World) -> None:
    with world.bank.depositing() as book:
        with world.database.away():
            pass
        flows(book)
    book.settles()
    assert book.never_failed()


def test_every_database_session_is_ended_and_nothing_is_parked_that_has_not_failed(world: World) -> None:
    with world.bank.depositing() as book:
        for _ in range(3):
            eventually(lambda: world.bank.holders("inbox:ledger"), seconds=RECOVERS_WITHIN)
            assert world.bank.end_sessions() > 0
        flows(book)
    book.settles()
    assert book.never_failed()


@pytest.mark.parametrize("server", ["broker", "database"])
def test_connections_are_cut(world: World, server: str) -> None:
    network = getattr(world, server).network
    with world.bank.depositing() as book:
        for _ in range(3):
            network.cut()
            network.heal()
            flows(book)
    book.settles()
    assert book.never_failed()


@pytest.mark.parametrize("server", ["broker", "database"])
def test_the_network_swallows_everything_for_a_while(world: World, server: str) -> None:
    network = getattr(world, server).network
    with world.bank.depositing() as book:
        with network.in_a_black_hole():
            eventually(lambda: book.unsent() > 50)
        flows(book)
    book.settles()
    assert book.never_failed()


def test_a_session_ends_with_deposits_in_hand_and_none_of_them_is_parked(world: World) -> None:
    with world.bank.depositing() as book:
        with world.bank.ledger_is_busy():
            assert world.bank.end_sessions("ledger") > 0
        flows(book)
    book.settles()
    assert book.never_failed()


def test_a_broker_out_of_memory_takes_nothing_and_nothing_is_marked_as_sent(world: World) -> None:
    with world.bank.depositing() as book:
        with world.broker.out_of_memory():
            eventually(lambda: book.unsent() > 50)
            eventually(lambda: not book.in_between())
            eventually(lambda: "connection blocked" in book.troubles())
        flows(book)
        eventually(lambda: not book.troubles())
    book.settles()
    assert book.never_failed()


def test_a_ledger_that_may_not_write_for_a_while_gives_nothing_up(world: World) -> None:
    with world.bank.depositing() as book:
        with world.bank.ledger_is_read_only():
            ahead = len(book.committed()) + 100
            eventually(lambda: len(book.committed()) > ahead)
        flows(book)
    book.settles()
    assert book.never_failed()


def test_queues_whose_limit_is_taken_away_while_they_refuse_take_events_again(world: World) -> None:
    """RabbitMQ would refuse for ever, on the channel that it refuses on at that moment."""
    with world.bank.ledger_is_read_only(), world.broker.with_short_queues():
        book = world.bank.deposits(60, "--accounts", "3")
        eventually(book.refused)
    book.settles()


def test_after_an_event_that_the_broker_refuses_none_of_its_account_is_sent(world: World) -> None:
    with world.broker.with_short_queues():
        book = world.bank.deposits(1500, "--accounts", "3")
        eventually(book.refused)
        eventually(lambda: book.count_recorded() > 500, seconds=RECOVERS_WITHIN)
    book.is_in_order()
    book.settles(within=90)
