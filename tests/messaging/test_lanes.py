"""A lane has one holder; lanes are shared out evenly and are gone with the session that holds them."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from django.db import connections

from shop.building_blocks.messaging.lanes import Lanes, LanesLost, lanes_for
from tests.support import eventually

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
T = TypeVar("T")


class Member:
    """A worker's thread, with a database session of its own."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1)
        self.lanes: Lanes = self._do(lambda: lanes_for("catalog", "test"))

    def _do(self, work: Callable[[], T]) -> T:
        return self._thread.submit(work).result(10)

    def balance(self) -> set[int]:
        return self._do(lambda: (self.lanes.balance() and self.lanes.held) or self.lanes.held)

    def _balance(self) -> set[int]:
        self.lanes.balance()
        return set(self.lanes.held)

    def check(self) -> None:
        self._do(self.lanes.check)

    def session_ends(self) -> None:
        self._do(connections.close_all)

    def ask(self) -> None:
        """Any query; Django connects again without a word."""
        self._do(lambda: connections["catalog"].ensure_connection())  # noqa: PLW0108  of that thread

    def leave(self) -> None:
        self._do(connections.close_all)
        self._thread.shutdown()


def test_postgresql_itself_notices_a_holder_whose_host_is_lost_without_a_word() -> None:
    """And frees its lanes: keepalives of the client's end die with the client."""
    with connections["catalog"].cursor() as cursor:
        cursor.execute("SHOW tcp_keepalives_idle")
        seconds = int(cursor.fetchone()[0])

    assert 0 < seconds <= 30


@pytest.fixture
def members() -> Iterator[Callable[[], Member]]:
    joined: list[Member] = []

    def join() -> Member:
        joined.append(Member())
        return joined[-1]

    yield join
    for member in joined:
        member.leave()


def test_one_member_holds_them_all(members: Callable[[], Member]) -> None:
    assert members().balance() == set(range(8))


def test_members_share_evenly_and_never_the_same_lane(members: Callable[[], Member]) -> None:
    first = members()
    first.balance()
    second, third = members(), members()

    shares = [member.balance() for member in (first, second, third)]

    assert sorted(len(share) for share in shares) == [2, 3, 3]
    assert set.union(*shares) == set(range(8))


def test_work_in_hand_is_finished_before_a_lane_is_given_away(members: Callable[[], Member]) -> None:
    first = members()
    first.balance()
    members()
    finished: list[set[int]] = []

    first._do(lambda: first.lanes.balance(finished.append))

    assert finished == [{4, 5, 6, 7}]
    assert first.lanes.held == {0, 1, 2, 3}


def test_the_lanes_of_a_dead_session_go_to_the_others(members: Callable[[], Member]) -> None:
    first, second = members(), members()
    first.balance()
    second.balance()

    first.session_ends()

    assert eventually(lambda: second.balance() == set(range(8)))  # as soon as the server has noticed


def test_who_has_lost_its_session_notices_before_it_writes(members: Callable[[], Member]) -> None:
    member = members()
    member.balance()
    member.session_ends()
    member.ask()

    with pytest.raises(LanesLost):
        member.check()
