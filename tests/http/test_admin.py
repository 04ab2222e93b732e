"""The admin writes through commands, or not at all."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from shop.building_blocks.messaging.models import inbox_of, outbox_of
from shop.modules.identity.models import Client as OAuthClient
from shop.modules.identity.models import User
from shop.modules.inventory.models import Inventory
from tests.support import a_client_with, a_product, an_inventory, deliver_events

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator(db: None) -> Client:
    user = User.objects.create_superuser("root", password="root")
    client = Client()
    client.force_login(user)
    return client


def test_inventories_and_users_are_added_by_commands(administrator: Client) -> None:
    administrator.post(reverse("admin:inventory_inventory_add"), {"name": "food", "description": ""})
    user = {
        "username": "alice",
        "email": "alice@example.org",
        "usable_password": "true",
        "password1": "correct horse 1",
        "password2": "correct horse 1",
    }
    administrator.post(reverse("admin:identity_user_add"), user)

    assert Inventory.objects.get().name == "food"
    assert User.objects.get(username="alice").check_password("correct horse 1")
    assert outbox_of("identity").get().type == "identity.user_registered.v1"


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("catalog_product", "q=mug&currency=USD&available=yes"),
        ("catalog_outboxmessage", "q=x&delivery=held&type=catalog.product_created.v1"),
        ("catalog_operatoraction", "action__exact=skip"),
        ("catalog_inboxmessage", "state__exact=done&consumer=keep_availability"),
        ("inventory_inventory", "q=food"),
        ("inventory_stock", "q=MUG&closed=yes"),
        ("inventory_outboxmessage", ""),
        ("inventory_inboxmessage", ""),
        ("identity_user", "is_staff__exact=1"),
        ("identity_client", ""),
        ("identity_outboxmessage", ""),
        ("identity_inboxmessage", ""),
    ],
)
def test_every_list_and_its_filters_open(administrator: Client, page: str, query: str) -> None:
    a_product(inventory_id=an_inventory())
    deliver_events()

    response = administrator.get(f"{reverse(f'admin:{page}_changelist')}?{query}")

    assert response.status_code == 200


def test_the_stock_of_a_product_is_shown_per_inventory(administrator: Client) -> None:
    product_id = a_product(inventory_id=an_inventory("cellar"))
    deliver_events()

    page = administrator.get(reverse("admin:inventory_stock_change", args=[product_id])).content.decode()

    assert "cellar" in page
    assert "12" in page


def test_nothing_is_changed_or_deleted_behind_the_domains_back(administrator: Client) -> None:
    food = an_inventory("food")

    for page in ("change", "delete"):
        url = reverse(f"admin:inventory_inventory_{page}", args=[food])
        assert administrator.post(url, {"name": "Changed", "post": "yes"}).status_code == 403
    assert Inventory.objects.get().name == "food"


def test_in_the_index_the_messages_of_a_module_come_last(administrator: Client) -> None:
    apps = administrator.get(reverse("admin:index")).context["app_list"]

    catalog = [model["object_name"] for model in apps[0]["models"]]
    assert catalog == ["Product", "InboxMessage", "OperatorAction", "OutboxMessage"]


def test_no_secret_is_shown(administrator: Client) -> None:
    a_client_with("catalog:read")
    client = OAuthClient.objects.create(client_id="demo", client_secret="its-secret", name="Demo")

    page = administrator.get(reverse("admin:identity_client_change", args=[client.pk])).content.decode()
    index = administrator.get(reverse("admin:index")).content.decode()

    client.refresh_from_db()
    assert client.client_secret not in page
    assert "oauth2_provider" not in index


def test_a_client_that_is_saved_as_it_is_shown_keeps_its_scopes(administrator: Client) -> None:
    client = OAuthClient.objects.create(client_id="robot", name="Robot", scopes="catalog:read catalog:write")
    page = reverse("admin:identity_client_change", args=[client.pk])

    shown = administrator.get(page).content.decode()
    checked = re.findall(r'name="scopes" value="([^"]+)"[^>]* checked', shown)
    saved = administrator.post(page, {"name": "Robot arm", "is_active": "on", "scopes": checked})

    assert saved.status_code == 302
    client.refresh_from_db()
    assert (client.name, client.given_scopes) == ("Robot arm", {"catalog:read", "catalog:write"})


def test_a_message_that_is_not_to_be_tried_again_has_no_time_for_it(administrator: Client) -> None:
    a_product()
    a_product(sku="MUG-2", inventory_id=an_inventory())
    deliver_events()

    def next_attempt(state: str) -> str:
        message = inbox_of("inventory").filter(state=state).get()
        page = administrator.get(reverse("admin:inventory_inboxmessage_change", args=[message.pk]))
        shown = re.search(r"Next attempt:.*?readonly\">(.*?)<", page.content.decode(), re.DOTALL)
        return shown[1] if shown else ""

    assert next_attempt("done") == "-"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", next_attempt("parked"))


def test_a_visitor_is_asked_to_log_in() -> None:
    response = Client().get("/admin/")

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
