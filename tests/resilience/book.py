"""What became of each deposit: committed, sent, recorded, and in which order."""

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID, uuid4

from tests.support import eventually

if TYPE_CHECKING:
    from tests.resilience.bank import Bank

RECOVERS_WITHIN = 30.0
"""Seconds from the end of a fault to the last effect: the longest pause of a thread is 10 of them."""

COMMITTED = """
    SELECT event_id, subject, (body::json->>'aggregateversion')::int
    FROM teller.teller_outboxmessage WHERE subject LIKE %s ORDER BY id
"""
RECORDED = "SELECT event_id, account, version FROM ledger.ledger_entry WHERE account LIKE %s ORDER BY id"
UNSENT = "SELECT id FROM teller.teller_outboxmessage WHERE subject LIKE %s AND published_at IS NULL"
IN_BETWEEN = """
    SELECT id FROM teller.teller_outboxmessage AS sent
    WHERE subject LIKE %s AND published_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM ledger.ledger_entry WHERE account = sent.subject AND event_id = sent.event_id
    )
"""
TROUBLE = "SELECT error FROM teller.teller_outboxmessage WHERE subject LIKE %s AND error <> ''"
REFUSED = "SELECT id FROM teller.teller_outboxmessage WHERE subject LIKE %s AND attempts > 0"
# An attempt without an error is the trial, alone, of an event that somebody had before and did not finish.
FAILED = "SELECT subject FROM ledger.ledger_inboxmessage WHERE subject LIKE %s AND error <> ''"
DEAD = "SELECT subject FROM ledger.ledger_inboxmessage WHERE subject LIKE %s AND state = 'dead'"
WAITING = "SELECT subject FROM ledger.ledger_inboxmessage WHERE subject LIKE %s AND state = 'waiting'"
CHANGES = "SELECT name, version FROM teller.teller_account WHERE name LIKE %s"
AGAIN = """
    WITH sent AS (
        SELECT id FROM teller.teller_outboxmessage
        WHERE subject LIKE %s AND published_at IS NOT NULL ORDER BY random() LIMIT %s
    )
    UPDATE teller.teller_outboxmessage SET published_at = NULL WHERE id IN (SELECT id FROM sent) RETURNING id
"""


class Event(NamedTuple):
    id: UUID
    account: str
    version: int


class Book:
    """The deposits of one test, on accounts of its own."""

    def __init__(self, bank: "Bank") -> None:
        self.bank, self.name = bank, uuid4().hex[:8]

    def ask(self, sql: str) -> list[Any]:
        return self.bank.ask(sql, f"{self.name}-%")

    def committed(self) -> list[Event]:
        return [Event(*row) for row in self.ask(COMMITTED)]

    def recorded(self) -> list[Event]:
        return [Event(*row) for row in self.ask(RECORDED)]

    def count_committed(self) -> int:
        return self._count(COMMITTED)

    def count_recorded(self) -> int:
        return self._count(RECORDED)

    def unsent(self) -> int:
        return self._count(UNSENT)

    def _count(self, sql: str) -> int:
        counted: int = self.ask(f"SELECT count(*) FROM ({sql}) AS found")[0][0]
        return counted

    def send_again(self, limit: int) -> int:
        """Take some of them for unsent, as a relay does that died before it could mark them."""
        return len(self.bank.ask(AGAIN, f"{self.name}-%", limit))

    def refused(self) -> int:
        """How many the broker did not take at first."""
        return self._count(REFUSED)

    def in_between(self) -> int:
        """Marked as sent, and not recorded: told by one look, for deposits never cease."""
        return self._count(IN_BETWEEN)

    def troubles(self) -> str:
        """What the relay says of those that it cannot send."""
        return " ".join(error for (error,) in self.ask(TROUBLE))

    def never_failed(self) -> bool:
        return not self.ask(FAILED)

    def dead(self) -> set[str]:
        """The accounts of those out of attempts."""
        return {account for (account,) in self.ask(DEAD)}

    def waiting(self) -> list[str]:
        """The accounts of those behind them."""
        return [account for (account,) in self.ask(WAITING)]

    def is_settled(self, besides: int = 0) -> bool:
        """Everything sent, and everything recorded but for what a poisoned account holds back."""
        return not self.unsent() and self.count_recorded() + besides >= self.count_committed()

    def settles(self, besides: int = 0, within: float = RECOVERS_WITHIN) -> None:
        """In time, none lost, none doubled, and in the order of each account."""
        try:
            eventually(lambda: self.is_settled(besides), seconds=within)
        except AssertionError:
            raise AssertionError(f"{within} s are over, and {self.faults()}\n{self.bank.tail()}") from None
        self.is_right(besides)

    def is_in_order(self) -> None:
        assert not out_of_order(self.recorded()), self.faults()

    def is_right(self, besides: int = 0) -> None:
        committed, recorded = self.committed(), self.recorded()
        assert dict(self.ask(CHANGES)) == dict(Counter(event.account for event in committed))
        assert len(set(committed) - set(recorded)) == besides, self.faults()
        assert not twice(recorded), self.faults()
        self.is_in_order()

    def faults(self) -> str:
        committed, recorded = self.committed(), self.recorded()
        return (
            f"of {len(committed)} deposits {self.unsent()} are unsent, "
            f"{len(set(committed) - set(recorded))} unrecorded, "
            f"twice: {twice(recorded)[:5]}, out of order: {out_of_order(recorded)[:5]}, "
            f"parked or dead: {len(self.ask(FAILED))}, waiting: {len(self.waiting())}"
        )


def twice(events: list[Event]) -> list[Event]:
    return [event for event, count in Counter(events).items() if count > 1]


def out_of_order(events: list[Event]) -> list[Event]:
    """Those recorded after a later one of their account."""
    latest: dict[str, int] = {}
    late = []
    for event in events:
        if event.version <= latest.get(event.account, 0):
            late.append(event)
        latest[event.account] = max(event.version, latest.get(event.account, 0))
    return late
