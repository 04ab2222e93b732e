"""When somebody does not answer, the next callers do not even try, but one now and then."""

import pytest

from shop.building_blocks.breaker import Breaker


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(limit=3, pause=2.0, clock=clock)


def fail(breaker: Breaker, times: int) -> None:
    for _ in range(times):
        breaker.failed()


def test_a_few_failures_change_nothing(breaker: Breaker) -> None:
    fail(breaker, 2)

    assert [breaker.lets_through() for _ in range(3)] == [True, True, True]


def test_a_success_between_failures_begins_the_count_anew(breaker: Breaker) -> None:
    fail(breaker, 2)
    breaker.succeeded()
    fail(breaker, 2)

    assert breaker.lets_through()


def test_after_the_last_of_them_nobody_is_let_through(breaker: Breaker) -> None:
    fail(breaker, 3)

    assert not breaker.lets_through()


def test_after_the_pause_one_may_try_and_only_one(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 2.0

    assert [breaker.lets_through() for _ in range(3)] == [True, False, False]


def test_a_try_that_fails_begins_another_pause(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 2.0
    breaker.lets_through()
    clock.now = 3.0
    breaker.failed()

    clock.now = 4.9
    assert not breaker.lets_through()
    clock.now = 5.0
    assert breaker.lets_through()


def test_a_try_that_succeeds_lets_everybody_through(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 2.0
    breaker.lets_through()
    breaker.succeeded()

    assert [breaker.lets_through() for _ in range(3)] == [True, True, True]


def test_a_try_of_which_nothing_is_heard_is_followed_by_another(breaker: Breaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.now = 2.0
    breaker.lets_through()

    clock.now = 4.0
    assert breaker.lets_through()
