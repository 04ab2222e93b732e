"""The admin writes through commands, or not at all."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from uuid_utils.compat import uuid7

from shop.building_blocks.messaging.models import outbox_of
from shop.modules.catalog.models import OutboxMessage, Product
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


def mug(**fields: Any) -> dict[str, Any]:
    return {
        "sku": "MUG-1",
        "name": "Mug",
        "description": "",
        "price": "9.50",
        "currency": "EUR",
        "inventory_id": str(uuid7()),
        "quantity": "12",
        **fields,
    }


def test_a_product_is_added_by_the_command_so_that_the_others_hear_of_it(administrator: Client) -> None:
    response = administrator.post(reverse("admin:catalog_product_add"), mug())

    product = Product.objects.get()
    assert response.status_code == 302
    assert (product.sku, product.currency) == ("MUG-1", "EUR")
    assert OutboxMessage.objects.get().subject == str(product.id)


def test_a_refusal_is_shown_in_the_form_with_what_was_typed(administrator: Client) -> None:
    a_product(sku="MUG-1")

    response = administrator.post(reverse("admin:catalog_product_add"), mug(name="Another mug"))

    assert response.status_code == 200
    assert "There is a product with the SKU MUG-1." in response.content.decode()
    assert 'value="Another mug"' in response.content.decode()
    assert Product.objects.count() == 1


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
        ("catalog_product", "q=mug&currency=USD"),
        ("catalog_outboxmessage", "q=x&delivery=held&type=catalog.product_created.v1"),
        ("catalog_operatoraction", "action__exact=skip"),
        ("catalog_inboxmessage", "state__exact=done&consumer=keep_availability"),
        ("inventory_inventory", "q=food"),
        ("inventory_stock", "q=MUG"),
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
    inventory_id = an_inventory("food")
    change = reverse("admin:inventory_inventory_change", args=[inventory_id])
    delete = reverse("admin:inventory_inventory_delete", args=[inventory_id])

    assert administrator.post(change, {"name": "cellar", "description": ""}).status_code == 403
    assert administrator.post(delete, {"post": "yes"}).status_code == 403
    assert Inventory.objects.get().name == "food"


def test_no_secret_is_shown(administrator: Client) -> None:
    a_client_with("catalog:read")
    client = OAuthClient.objects.create(client_id="demo", client_secret="its-secret", name="Demo")

    page = administrator.get(reverse("admin:identity_client_change", args=[client.pk])).content.decode()
    index = administrator.get(reverse("admin:index")).content.decode()

    client.refresh_from_db()
    assert client.client_secret not in page
    assert "oauth2_provider" not in index


def test_a_visitor_is_asked_to_log_in() -> None:
    response = Client().get("/admin/")

    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
