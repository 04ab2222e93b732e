"""Everything at once: events under a rain of kills and faults, and then the ledger is checked."""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from tests.resilience.bank import Doomed
from tests.resilience.book import Book
from tests.resilience.crash_points import IN_PRODUCER, IN_WORKER
from tests.resilience.world import World
from tests.support import eventually

WORKERS = 3
ACCOUNTS = 50
POISONED = 2
POISON_AT = 3
KILLS_PER_FAULT = 5
SETTLES_WITHIN = 180.0
OUTRIGHT = "anywhere"


class Chaos:
    """Each round deposits some more and kills somebody; every few rounds a server or a network fails."""

    def __init__(self, world: World, events: int, kills: int, say: Callable[[str], None]) -> None:
        self.bank, self.database, self.broker = world
        self.say = say
        self.events, self.kills = events, kills
        self.book = Book(self.bank)
        self.killed: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()

    def run(self) -> None:
        self.bank.options = {"FLAKY": "0.005", "MESSAGING_MAX_ATTEMPTS": "6"}
        try:
            self._rain()
            self._clear_up()
        finally:
            self.bank.options = {}
            self.bank.no_worker()

    def _rain(self) -> None:
        self.bank.no_worker()
        while len(self.bank.workers) < WORKERS:
            self.bank.start_worker()
        while (committed := self.book.count_committed()) < self.events or self.killed.total() < self.kills:
            if self.killed.total() % 10 == 0:
                self._tell(committed)
            self._round()

    def _round(self) -> None:
        producer = self._deposit_more()
        if self.killed.total() % KILLS_PER_FAULT == KILLS_PER_FAULT - 1:
            self._fail()
        if random.random() < 0.2:
            self._kill(producer, random.choice([*IN_PRODUCER, OUTRIGHT]))
        else:
            self._kill_a_worker(random.choice([*IN_WORKER, OUTRIGHT]))
        producer.wait()

    def _deposit_more(self) -> Doomed:
        chunk = max(ACCOUNTS * 5, self.events // self.kills)
        options = ["--accounts", ACCOUNTS, "--poisoned", POISONED, "--poison-at", POISON_AT]
        return self.bank.producer(self.book, chunk, *map(str, options))

    def _kill_a_worker(self, point: str) -> None:
        victim = random.choice(self.bank.workers[:-1])  # the newest has nothing to do yet
        self._kill(victim, point)
        self.bank.workers.remove(victim)
        self.bank.start_worker()

    def _kill(self, process: Doomed, point: str) -> None:
        """At the point, if the process comes by there soon, and else wherever it is."""
        if point != OUTRIGHT:
            process.dies(point)
            with suppress(AssertionError):
                eventually(lambda: not process.is_alive(), seconds=3)
        if process.is_alive():
            point = OUTRIGHT
            process.kill()
        if process.was_killed():  # a producer may have been ready before
            self.killed[point] += 1

    def _fail(self) -> None:
        faults = [
            self._sessions_end,
            self._events_are_sent_again,
            self._broker_is_cut_off,
            self._database_is_cut_off,
            self._broker_crashes,
            self._database_crashes,
            self._broker_is_out_of_memory,
            self._ledger_is_read_only,
            self._broker_is_in_a_black_hole,
        ]
        fault = faults[self.faults.total() % len(faults)]
        fault()
        self.faults[fault.__name__.strip("_").replace("_", " ")] += 1

    def _sessions_end(self) -> None:
        self.bank.end_sessions()

    def _events_are_sent_again(self) -> None:
        self.book.send_again(200)

    def _broker_is_cut_off(self) -> None:
        self.broker.network.cut()
        self.broker.network.heal()

    def _database_is_cut_off(self) -> None:
        self.database.network.cut()
        self.database.network.heal()

    def _broker_crashes(self) -> None:
        with self.broker.away():
            pass

    def _database_crashes(self) -> None:
        with self.database.away():
            pass

    def _broker_is_out_of_memory(self) -> None:
        with self.broker.out_of_memory():
            self._deposit_more().wait()

    def _ledger_is_read_only(self) -> None:
        with self.bank.ledger_is_read_only():
            self._deposit_more().wait()

    def _broker_is_in_a_black_hole(self) -> None:
        with self.broker.network.in_a_black_hole():
            self._deposit_more().wait()

    def _clear_up(self) -> None:
        self._tell(self.book.count_committed())
        self.say("The last kill is over; what is left has to be recorded.")
        poisoned = {f"{self.book.name}-{number}" for number in range(POISONED)}
        committed = self.book.committed()
        behind = [one for one in committed if one.account in poisoned and one.version >= POISON_AT]
        self.book.settles(besides=len(behind), within=SETTLES_WITHIN)
        eventually(lambda: self.book.dead() == poisoned)
        self.say(self.summary(len(committed), len(behind)))

    def summary(self, committed: int, behind: int) -> str:
        lines = [f"{count:6} times kill -9 {point}" for point, count in self.killed.most_common()]
        lines += [f"{count:6} times {fault}" for fault, count in self.faults.most_common()]
        lines += [
            f"{self.killed.total():6} kills and {self.faults.total()} faults",
            f"{committed:6} events checked: none lost, none doubled, each account in order;",
            f"{behind:6} of them are poison or wait behind it, on {POISONED} accounts.",
        ]
        return "\n".join(lines)

    def _tell(self, committed: int) -> None:
        self.say(
            f"{committed:,} of {self.events:,} events committed, {self.book.count_recorded():,} recorded; "
            f"{self.killed.total()} of {self.kills} kills, {self.faults.total()} faults"
        )
