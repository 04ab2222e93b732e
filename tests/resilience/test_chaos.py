"""The short form of `make chaos`."""

import pytest

from tests.resilience.chaos import Chaos
from tests.resilience.world import World

pytestmark = pytest.mark.postgresql


def test_everything_at_once_loses_nothing_doubles_nothing_and_keeps_order(world: World) -> None:
    Chaos(world, events=2000, kills=6, say=print).run()
