"""Products in the admin: changed and deleted by the same commands as over HTTP."""

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from shop.building_blocks.http.etags import ANY_VERSION
from shop.building_blocks.mediator import send
from shop.building_blocks.messaging.models import outbox_of
from shop.modules.catalog.features.update_product import UpdateProduct
from shop.modules.catalog.models import Listing, Product
from shop.modules.identity.models import User
from tests.support import a_product, an_inventory, deliver_events

pytestmark = pytest.mark.django_db

LIST = reverse("admin:catalog_product_changelist")


@pytest.fixture
def administrator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root", password="root"))
    return client


@pytest.fixture
def mug(db: None) -> UUID:
    return a_product(sku="MUG-1", name="Mug", price=Decimal("9.50"))


def page(product_id: UUID, action: str = "change") -> str:
    return reverse(f"admin:catalog_product_{action}", args=[product_id])


def typed(**fields: Any) -> dict[str, Any]:
    return {"name": "Large mug", "description": "", "price": "12.00", "currency": "EUR", "seen": 1, **fields}


def told() -> list[str]:
    return list(outbox_of("catalog").order_by("id").values_list("type", flat=True))


def test_a_product_is_changed_by_the_command(administrator: Client, mug: UUID) -> None:
    assert administrator.post(page(mug), typed()).status_code == 302

    product = Product.objects.get()
    assert (product.name, product.price, product.version) == ("Large mug", Decimal("12.00"), 2)
    assert Listing.objects.get().name == "Large mug"
    assert told() == ["catalog.product_created.v1", "catalog.product_updated.v1"]


def test_nobody_overwrites_what_they_have_not_seen(administrator: Client, mug: UUID) -> None:
    form = administrator.get(page(mug)).content.decode()
    assert '<input type="hidden" name="seen" value="1"' in form
    send(
        UpdateProduct(
            product_id=mug, expected=ANY_VERSION, name="Cup", description="", price=Decimal(1), currency="EUR"
        )
    )

    refused = administrator.post(page(mug), typed())

    assert "It has version 2 by now" in refused.content.decode()
    assert 'value="Large mug"' in refused.content.decode()
    assert Product.objects.get().name == "Cup"


@pytest.mark.parametrize(
    ("field", "value"), [("price", "-1"), ("price", "x"), ("currency", "XYZ"), ("name", "")]
)
def test_what_is_wrong_is_said_in_the_form(administrator: Client, mug: UUID, field: str, value: str) -> None:
    answer = administrator.post(page(mug), typed(**{field: value}))

    assert answer.status_code == 200
    assert field in answer.context["adminform"].errors
    assert Product.objects.get().version == 1


def test_a_product_is_deleted_by_the_command(administrator: Client, mug: UUID) -> None:
    confirmation = administrator.get(page(mug, "delete")).content.decode()
    assert "MUG-1 Mug" in confirmation

    assert administrator.post(page(mug, "delete"), {"post": "yes"}).status_code == 302

    assert told() == ["catalog.product_created.v1", "catalog.product_deleted.v1"]
    assert "MUG-1" not in administrator.get(LIST, {"all": ""}).content.decode().partition("results")[2]
    assert administrator.get(page(mug)).status_code == 302


def test_many_at_once_cannot_be_deleted(administrator: Client, mug: UUID) -> None:
    selected = {"action": "delete_selected", "_selected_action": [str(mug)], "post": "yes"}

    administrator.post(LIST, selected)

    assert Listing.objects.exists()
    assert told() == ["catalog.product_created.v1"]


def test_who_may_only_look_sees_it_and_changes_nothing(mug: UUID) -> None:
    guest = User.objects.create_user("guest", password="guest", is_staff=True)
    guest.user_permissions.add(Permission.objects.get(codename="view_product"))
    client = Client()
    client.force_login(guest)

    assert "Mug" in client.get(page(mug)).content.decode()
    assert client.post(page(mug), typed()).status_code == 403
    assert client.post(page(mug, "delete"), {"post": "yes"}).status_code == 403


def rows(client: Client, **query: str) -> list[str]:
    return [product.sku for product in client.get(LIST, query).context["cl"].result_list]


def test_products_are_shown_with_what_is_available_of_them(administrator: Client) -> None:
    a_product(sku="TEA-1", inventory_id=an_inventory(), quantity=7)
    deliver_events()

    (tea,) = administrator.get(LIST).context["cl"].result_list

    assert (tea.sku, tea.listing.available) == ("TEA-1", 7)
    assert rows(administrator, listing__in_stock__exact="1") == ["TEA-1"]
    assert rows(administrator, listing__in_stock__exact="0") == []


def test_the_search_is_the_one_of_the_api(administrator: Client, mug: UUID) -> None:
    a_product(sku="BEANS-1", name="Espresso beans", description="Dark roast.")

    assert rows(administrator, q="expresso") == ["BEANS-1"]
    assert rows(administrator, q="roast") == ["BEANS-1"]
    assert rows(administrator, q="mug-1") == ["MUG-1"]
    assert rows(administrator, q="?!") == []
    assert rows(administrator, currency="USD") == ["BEANS-1", "MUG-1"]
