"""``manage.py messages``."""

from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging.console.progress import Bar
from shop.modules.inventory.models import InboxMessage, OperatorAction, OutboxMessage
from tests.messaging.conftest import MakeInbox, MakeOutbox, ago
from tests.support import a_product, deliver_events, lose_table

pytestmark = pytest.mark.django_db


def messages(*arguments: str) -> str:
    output = StringIO()
    call_command("messages", *arguments, stdout=output, stderr=StringIO())
    return output.getvalue()


def a_stuck_event() -> UUID:
    """A product for an inventory that does not exist."""
    a_product()
    deliver_events()
    return InboxMessage.objects.get(state="parked").event_id


def test_status_has_a_line_per_module_and_the_reasons() -> None:
    a_stuck_event()

    lines = messages("status").splitlines()

    assert lines[0].split()[:4] == ["module", "unsent", "held", "back"]
    assert [line.split()[0] for line in lines[1:4]] == ["catalog", "inventory", "identity"]
    assert lines[2].split()[5:8] == ["1", "0", "0"]
    assert "open_stock_for_new_product: InventoryNotFound: There is no inventory" in lines[6]


def test_show_tells_everything_about_an_event_in_every_module() -> None:
    event_id = a_stuck_event()
    messages("redrive", str(event_id), "--reason", "the inventory is there now")

    shown = messages("show", str(event_id))

    assert "catalog's outbox: sent" in shown
    assert "inventory's inbox, open_stock_for_new_product: parked" in shown
    assert "InventoryNotFound: There is no inventory" in shown
    assert '"sku": "MUG-1"' in shown
    assert "the inventory is there now" in shown


def test_redrive_by_id_is_written_down_with_the_name_of_the_user(
    received: MakeInbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "alice")
    row = received("dead")

    assert messages("redrive", str(row.event_id)) == "1 event will be tried again at once\n"

    assert InboxMessage.objects.get().state == "parked"
    assert OperatorAction.objects.get().actor == "alice"


def test_skip_all_of_a_consumer_leaves_the_others(received: MakeInbox) -> None:
    received("dead", consumer="open_stock_for_new_product")
    received("parked", consumer="open_stock_for_new_product")
    received("dead", consumer="another")

    selected = ("--all", "--module", "inventory", "--consumer", "open_stock_for_new_product")
    assert messages("skip", *selected, "--reason", "a test") == "2 events skipped\n"

    assert InboxMessage.objects.get(consumer="another").state == "dead"


def test_purge_deletes_what_is_older(received: MakeInbox, published: MakeOutbox) -> None:
    published(published_at=ago(days=8))
    published(published_at=ago(days=6))
    received("done", received_at=ago(days=8))

    assert messages("purge", "--older-than", "7d", "--module", "inventory") == "2 messages purged\n"

    assert OutboxMessage.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), r"required: status\|show\|redrive\|skip\|purge"),
        (("show", "nonsense"), "'nonsense' is no id of an event"),
        (("show", str(uuid7())), "No module knows an event"),
        (("redrive",), "Say which"),
        (("redrive", "--all"), "--all needs --module."),
        (("redrive", "--all", "--module", "cellar"), "There is no module cellar here"),
        (("redrive", "--all", "--module", "catalog", "--consumer", "x"), "There is no consumer x in catalog"),
        (("redrive", str(uuid7())), "No event was changed"),
        (("skip", "--all", "--module", "catalog"), "Say why"),
        (("purge", "--older-than", "soon"), "'soon' is no span of time"),
    ],
)
def test_bad_input_is_answered_with_one_line(arguments: tuple[str, ...], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint) as refused:
        messages(*arguments)

    assert refused.value.returncode == 1
    assert len(str(refused.value).splitlines()) == 1


def test_a_database_that_does_not_answer_is_said_in_one_line() -> None:
    lose_table("catalog_outboxmessage")

    with pytest.raises(CommandError, match=r"The database says: .*catalog_outboxmessage"):
        messages("status")

    connections["catalog"].needs_rollback = False


class Screen(StringIO):
    def isatty(self) -> bool:
        return True

    def write(self, text: str, /, *, ending: str = "") -> int:
        return super().write(text + ending)


def test_the_progress_bar_grows_on_a_terminal_and_is_silent_elsewhere() -> None:
    screen = Screen()
    bar = Bar(screen, 4)
    bar.advance(1)
    bar.advance(3)
    bar.finish()

    first, last = screen.getvalue().strip().split("\r")
    assert first.endswith("] 1 of 4")
    assert last.startswith(f"[{'#' * 40}] 4 of 4")
