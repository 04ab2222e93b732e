"""The clockwork of the threads that live as long as their process."""

from shop.building_blocks.messaging.resident import Timer
from tests.support import eventually


def after_three_rounds_of_nothing() -> Timer:
    timer = Timer(0.05, at_most=0.3)
    for _ in range(3):
        eventually(timer.is_due)
        timer.relax()
    eventually(timer.is_due)
    return timer


def test_a_timer_comes_less_often_while_nothing_happens_but_not_ever_less() -> None:
    timer = after_three_rounds_of_nothing()

    assert 0.05 < timer.left() <= 0.3


def test_a_timer_that_is_hurried_comes_as_often_as_at_first() -> None:
    timer = after_three_rounds_of_nothing()

    timer.hurry()

    assert timer.is_due()
    assert timer.left() <= 0.05


def test_what_is_far_away_hurries_nobody() -> None:
    timer = after_three_rounds_of_nothing()

    timer.hurry(3600)

    assert timer.left() <= 0.3
    eventually(timer.is_due)
    assert timer.left() > 0.05
