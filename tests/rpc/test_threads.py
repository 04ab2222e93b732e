"""Threads that have a lot to do are well for as long as something ends."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event

import pytest

from shop.building_blocks.rpc.server.threads import Threads


@pytest.fixture
def one_thread() -> Iterator[Threads]:
    with Threads(1) as threads:
        yield threads


@pytest.fixture
def probe() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as probe:
        yield probe


def asked(threads: Threads) -> Event:
    """A question that takes until the event is set."""
    end = Event()
    threads.submit(end.wait, 30)
    return end


def ends_within(seconds: float, future: Future[bool]) -> bool:
    return not wait([future], seconds).not_done


def test_they_are_well_when_there_is_nothing_to_do(one_thread: Threads) -> None:
    assert one_thread.are_well()
    assert one_thread.are_well()


def test_one_that_is_done_with_a_question_is_well_though_others_wait(
    one_thread: Threads, probe: ThreadPoolExecutor
) -> None:
    first, second = asked(one_thread), asked(one_thread)

    are_well = probe.submit(one_thread.are_well)
    assert not ends_within(0.2, are_well)
    first.set()

    assert ends_within(10, are_well)
    second.set()
