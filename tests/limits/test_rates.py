"""Rates as they are written in settings."""

import pytest

from shop.building_blocks.limits.rates import Rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [("1200/min", (1200, 60)), ("5/15min", (5, 900)), ("20/h", (20, 3600)), ("3/10s", (3, 10))],
)
def test_is_a_number_and_a_period(text: str, rate: tuple[int, int]) -> None:
    assert Rate.parse(text) == rate


@pytest.mark.parametrize("text", ["", "5", "5/", "0/min", "-1/min", "5/0min", "5/day", "5/min ", "5 / min"])
def test_anything_else_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="such as 1200/min"):
        Rate.parse(text)
