"""A dead event has one id, wherever somebody comes across it."""

import logging
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from shop.modules.identity.models import User
from shop.modules.inventory.models import InboxMessage
from tests.support import a_product, deliver_events
from tests.telemetry.numbers import Numbers, since

CONSUMER = "open_stock_for_new_product"


@pytest.fixture
def _one_attempt(settings: Settings) -> None:
    settings.MESSAGING = {**settings.MESSAGING, "max_attempts": 1}


def messages(*arguments: str) -> str:
    output = StringIO()
    call_command("messages", *arguments, stdout=output)
    return output.getvalue()


@pytest.mark.usefixtures("_one_attempt")
@pytest.mark.django_db(transaction=True)
def test_metrics_admin_command_line_and_log_call_it_by_the_same_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = Numbers.now()
    a_product()
    with caplog.at_level(logging.INFO, "shop.messaging"):
        deliver_events()
    dead = InboxMessage.objects.get()
    event_id, browser = str(dead.event_id), Client()
    browser.force_login(User.objects.create_superuser("root", password="root"))

    found = {"module": "inventory", "consumer": CONSUMER}
    assert Numbers.now().values("event_id") == {event_id}
    assert Numbers.now().of("shop_inbox_oldest_dead_seconds", event_id=event_id, **found) > 0
    assert since(before, "shop_inbox_messages_total", outcome="dead", **found) == 1

    (line,) = [one for one in caplog.records if vars(one).get("outcome") == "dead"]
    assert (vars(line)["event_id"], vars(line)["consumer"], line.levelname) == (event_id, CONSUMER, "ERROR")
    assert event_id in line.getMessage()

    assert f"inventory's inbox, {CONSUMER}: dead" in messages("show", event_id)
    assert "1 event is dead in inventory" in messages("status")

    listed = reverse("admin:inventory_inboxmessage_changelist")
    assert event_id in browser.get(listed).content.decode()
    assert browser.get(listed, {"q": event_id}).context["cl"].result_count == 1
    assert browser.get(listed, {"q": str(uuid4())}).context["cl"].result_count == 0
    assert "1 event is dead" in browser.get("/admin/messaging/").content.decode()
