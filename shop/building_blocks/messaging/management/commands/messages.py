"""Look at the messages of the modules, and set moving again what is stuck."""

import getpass
import os
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from shop.building_blocks import modules
from shop.building_blocks.messaging import retention
from shop.building_blocks.messaging.console import durations, operations
from shop.building_blocks.messaging.console.diagnosis import why_stuck
from shop.building_blocks.messaging.console.dossier import dossier
from shop.building_blocks.messaging.console.progress import Bar
from shop.building_blocks.messaging.console.status import Status, status
from shop.building_blocks.messaging.models import HEADS, inbox_of
from shop.building_blocks.messaging.registry import consumer_names
from shop.building_blocks.tables import aligned

_HEADER = ("module", "unsent", "held back", "scheduled", "oldest", "parked", "waiting", "dead", "oldest")


class Command(BaseCommand):
    help = "Look at the messages of the modules, and set moving again what is stuck."

    def add_arguments(self, parser: CommandParser) -> None:
        self._actions = parser.add_subparsers(dest="action", required=True)
        self._action("status", "Show how much waits or failed in each module, and why.")
        show = self._action("show", "Show everything that is known about one event.")
        show.add_argument("event_id", help="as it is in logs and in the admin")
        _add_selection(self._action("redrive", "Have dead and parked events tried again at once."))
        _add_selection(self._action("skip", "Give dead and parked events up, and free what waits behind."))
        purge = self._action("purge", "Delete sent events, and handled ones, that are old.")
        purge.add_argument("--older-than", required=True, metavar="AGE", help="such as 7d, 12h or 30min")
        purge.add_argument("--module", help="only this one's")
        self._actions.metavar = "|".join(self._actions.choices)

    def _action(self, name: str, description: str) -> ArgumentParser:
        parser: ArgumentParser = self._actions.add_parser(name, help=description, description=description)
        return parser

    def handle(self, *_args: Any, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")(**options)
        except (ValueError, LookupError) as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database says: {str(error).partition(chr(10))[0]}") from None

    def _status(self, **_options: Any) -> None:
        self.stdout.write(aligned(_HEADER, [_row(status(module)) for module in modules.names()]) + "\n\n")
        for module in modules.names():
            self.stdout.write(f"{module}: {why_stuck(module)}")

    def _show(self, event_id: str, **_options: Any) -> None:
        text = dossier(_event_id(event_id))
        if not text:
            raise LookupError(f"No module knows an event {event_id}: never sent here, or purged.")
        self.stdout.write(text)

    def _redrive(self, **options: Any) -> None:
        self._operate(operations.redrive, "will be tried again at once", **options)

    def _skip(self, **options: Any) -> None:
        self._operate(operations.skip, "skipped", **options)

    def _operate(self, operation: Any, done: str, *, reason: str, **options: Any) -> None:
        changed = 0
        for module, ids in _selected(**options):
            changed += operation(module, ids, _actor(), reason)
        if not changed:
            raise LookupError("No event was changed: none of these is dead or parked.")
        self.stdout.write(f"{changed} {'event' if changed == 1 else 'events'} {done}")

    def _purge(self, older_than: str, module: str | None, **_options: Any) -> None:
        age = durations.parse(older_than)
        chosen = [_module(module)] if module else modules.names()
        bar = Bar(self.stderr, sum(retention.purgeable(one, age) for one in chosen))
        deleted = sum(retention.purge(one, age, progress=bar.advance) for one in chosen)
        bar.finish()
        self.stdout.write(f"{deleted} messages purged")


def _add_selection(parser: ArgumentParser) -> None:
    parser.add_argument("event_id", nargs="*", help="in whichever module it failed")
    parser.add_argument("--all", action="store_true", help="every failed event of --module")
    parser.add_argument("--module", help="only in this one")
    parser.add_argument("--consumer", help="only at this one")
    parser.add_argument("--reason", default="", help="kept with your name; skip needs one")


def _selected(
    event_id: list[str], module: str | None, consumer: str | None, **options: Any
) -> Iterator[tuple[str, list[int]]]:
    """The failed messages that are meant, by module. Raises ValueError when that is not clear."""
    if bool(event_id) == options["all"]:
        raise ValueError("Say which: ids of events, or --all with --module.")
    if options["all"] and not module:
        raise ValueError("--all needs --module.")
    chosen = [_module(module)] if module else modules.names()
    conditions: dict[str, Any] = {"event_id__in": [_event_id(one) for one in event_id]} if event_id else {}
    if consumer:
        conditions["consumer"] = _consumer(chosen, consumer)
    for one in chosen:
        rows = inbox_of(one).filter(state__in=HEADS, **conditions)
        yield one, list(rows.order_by("pk").values_list("pk", flat=True))


def _module(name: str) -> str:
    if name not in modules.names():
        raise ValueError(f"There is no module {name} here, only {', '.join(modules.names())}.")
    return name


def _consumer(chosen: list[str], name: str) -> str:
    known = {known for module in chosen for known in consumer_names(module)}
    if name not in known:
        raise ValueError(f"There is no consumer {name} in {', '.join(chosen)}.")
    return name


def _event_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueError(f"{text!r} is no id of an event: it has 32 hexadecimal digits.") from None


def _actor() -> str:
    """Who is logged in to this machine; a container may have users without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def _row(known: Status) -> list[object]:
    sent = [known.unsent, known.held_back, known.scheduled, durations.short(known.oldest_unsent)]
    handled = [known.parked, known.waiting, known.dead, durations.short(known.oldest_unhandled)]
    return [known.module, *sent, *handled]
