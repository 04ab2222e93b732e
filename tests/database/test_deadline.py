"""A statement that takes too long is given up, and nothing else is."""

from time import monotonic

import pytest
from django.db import DatabaseError, connections

from shop.building_blocks.database.deadline import DeadlineExceeded, deadline

pytestmark = pytest.mark.django_db(databases=["catalog"])

FOR_EVER = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def run(sql: str) -> object:
    with connections["catalog"].cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def test_what_takes_too_long_is_given_up() -> None:
    began = monotonic()

    with pytest.raises(DeadlineExceeded), deadline("catalog", 100):
        run(FOR_EVER)

    assert 0.05 < monotonic() - began < 10


def test_the_session_can_be_used_after_it() -> None:
    with pytest.raises(DeadlineExceeded), deadline("catalog", 50):
        run(FOR_EVER)

    assert run("SELECT 1") == (1,)


def test_what_is_quick_enough_is_answered() -> None:
    with deadline("catalog", 1000):
        assert run("SELECT 1") == (1,)


def test_another_fault_is_what_it_is() -> None:
    with pytest.raises(DatabaseError, match="nowhere"), deadline("catalog", 1000):
        run("SELECT * FROM nowhere")


@pytest.mark.postgresql
@pytest.mark.django_db(databases=["catalog"], transaction=True)
def test_settings_of_the_server_hold_until_the_end_of_the_block() -> None:
    before = run("SHOW enable_seqscan"), run("SHOW statement_timeout")

    with deadline("catalog", 1000, enable_seqscan="off"):
        assert (run("SHOW enable_seqscan"), run("SHOW statement_timeout")) == (("off",), ("1s",))

    assert (run("SHOW enable_seqscan"), run("SHOW statement_timeout")) == before
