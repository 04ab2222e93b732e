"""The admin's pages over messages: who may see them, and who may set them moving."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from shop.modules.catalog.models import OutboxMessage
from shop.modules.identity.models import User
from shop.modules.inventory.models import InboxMessage, OperatorAction
from tests.support import a_product, deliver_events, lose_table

pytestmark = pytest.mark.django_db
INBOX = "admin:inventory_inboxmessage_changelist"


def staff(*permissions: str) -> Client:
    """A member of the staff with ``<module>.<codename>`` permissions."""
    user = User.objects.create_user("alice", is_staff=True)
    for permission in permissions:
        module, _, codename = permission.partition(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=module, codename=codename))
    client = Client()
    client.force_login(user)
    return client


VIEW = ("inventory.view_inboxmessage", "inventory.view_outboxmessage")


@pytest.fixture
def stuck() -> InboxMessage:
    """A product for an inventory that does not exist."""
    a_product()
    deliver_events()
    InboxMessage.objects.update(state="dead", attempts=12)
    return InboxMessage.objects.get()


def act(client: Client, page: str, action: str, *rows: Any, **more: str) -> str:
    selected = [str(row.pk) for row in rows]
    posted = {"action": action, "_selected_action": selected, **more}
    return client.post(reverse(page), posted, follow=True).content.decode()


def test_the_detail_shows_what_was_told_and_why_it_failed(stuck: InboxMessage) -> None:
    client = staff(*VIEW)

    page = client.get(reverse("admin:inventory_inboxmessage_change", args=[stuck.pk])).content.decode()

    told = json.loads(stuck.body)
    assert "InventoryNotFound: There is no inventory" in page
    assert "&quot;sku&quot;: &quot;MUG-1&quot;" in page
    assert told["correlationid"] in page


@pytest.mark.parametrize("attribute", ["event_id", "subject"])
def test_an_event_is_found_by_its_id_and_by_its_aggregate(stuck: InboxMessage, attribute: str) -> None:
    client = staff(*VIEW)
    found = client.get(reverse(INBOX), {"q": str(getattr(stuck, attribute))}).content.decode()
    missed = client.get(reverse(INBOX), {"q": "something else"}).content.decode()

    assert str(stuck.event_id) in found
    assert str(stuck.event_id) not in missed


def test_a_dead_event_is_redriven_in_the_name_of_the_user(stuck: InboxMessage) -> None:
    page = act(staff(*VIEW, "inventory.redrive_inboxmessage"), INBOX, "redrive", stuck)

    assert "1 event will be tried again at once." in page
    stuck.refresh_from_db()
    assert (stuck.state, stuck.attempts) == ("parked", 0)
    assert OperatorAction.objects.get().actor == "alice"


def test_a_skip_asks_for_the_reason_first(stuck: InboxMessage) -> None:
    client = staff(*VIEW, "inventory.skip_inboxmessage")

    asked = act(client, INBOX, "skip", stuck)
    insisted = act(client, INBOX, "skip", stuck, confirmed="yes", reason=" ")
    assert InboxMessage.objects.get().state == "dead"
    done = act(client, INBOX, "skip", stuck, confirmed="yes", reason="a test product")

    assert "<textarea" in asked
    assert "This field is required." in insisted
    assert "1 event skipped." in done
    assert InboxMessage.objects.get().state == "skipped"
    assert OperatorAction.objects.get().reason == "a test product"


@pytest.mark.parametrize("action", ["redrive", "skip"])
@pytest.mark.parametrize("others", [(), ("catalog.redrive_inboxmessage", "catalog.skip_inboxmessage")])
def test_who_may_only_look_changes_nothing(stuck: InboxMessage, action: str, others: tuple[str, ...]) -> None:
    client = staff(*VIEW, *others)

    act(client, INBOX, action, stuck, confirmed="yes", reason="mischief")

    assert InboxMessage.objects.get().state == "dead"
    assert not OperatorAction.objects.exists()
    assert f'value="{action}"' not in client.get(reverse(INBOX)).content.decode()


@pytest.mark.parametrize("may", [True, False])
def test_a_held_back_event_is_sent_now_by_those_who_may(may: bool) -> None:
    a_product()
    OutboxMessage.objects.update(not_before=timezone.now() + timedelta(hours=1), attempts=1)
    permissions = ["catalog.view_outboxmessage"] + ["catalog.retry_outboxmessage"] * may

    act(staff(*permissions), "admin:catalog_outboxmessage_changelist", "try_now", OutboxMessage.objects.get())

    assert (OutboxMessage.objects.get().not_before is None) == may


def test_the_overview_has_the_numbers_and_links_to_the_messages(stuck: InboxMessage) -> None:
    page = staff(*VIEW).get("/admin/messaging/").content.decode()

    dead = f'<a href="{reverse(INBOX)}?state__exact=dead">1</a>'
    assert dead in page
    assert "1 event is dead in inventory at open_stock_for_new_product" in page
    assert "catalog" not in page.partition("<tbody>")[2], "a module that she may not see"


def test_a_database_that_is_away_does_not_hide_the_others(stuck: InboxMessage) -> None:
    lose_table("catalog_outboxmessage")
    client = Client()
    client.force_login(User.objects.create_superuser("root"))

    page = client.get("/admin/messaging/").content.decode()

    assert "The database does not answer" in page
    assert "1 event is dead in inventory" in page


def test_every_link_of_the_overview_leads_to_a_list() -> None:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    table = client.get("/admin/messaging/").content.decode().partition("<tbody>")[2]

    links = [part.partition('"')[0] for part in table.split('href="')[1:] if "?" in part.partition('"')[0]]

    assert len(links) == 18
    assert {client.get(link).status_code for link in links} == {200}


def test_the_overview_is_for_those_who_may_see_messages() -> None:
    outsider = staff("catalog.view_product")

    assert outsider.get("/admin/messaging/").status_code == 403
    assert "/admin/messaging/" not in outsider.get("/admin/").content.decode()
    assert Client().get("/admin/messaging/")["Location"].startswith("/admin/login/")


def test_the_first_page_links_to_the_overview() -> None:
    assert 'href="/admin/messaging/"' in staff(*VIEW).get("/admin/").content.decode()


def test_what_operators_did_cannot_be_changed(stuck: InboxMessage) -> None:
    root = Client()
    root.force_login(User.objects.create_superuser("root"))
    act(root, INBOX, "redrive", stuck)
    done = OperatorAction.objects.get()

    found = root.get(reverse("admin:inventory_operatoraction_changelist"), {"q": "root"})
    change = root.post(reverse("admin:inventory_operatoraction_change", args=[done.pk]), {"actor": "bob"})
    delete = root.post(reverse("admin:inventory_operatoraction_delete", args=[done.pk]), {"post": "yes"})

    assert str(stuck.event_id) in found.content.decode()
    assert (change.status_code, delete.status_code) == (403, 403)
    assert OperatorAction.objects.get().actor == "root"
