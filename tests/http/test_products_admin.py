"""Products in the admin: added, changed and deleted by the commands of the API."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import send
from shop.modules.catalog.features.get_product import GetProduct
from shop.modules.catalog.models import OutboxMessage, Product
from shop.modules.identity.models import User
from tests.support import a_product, an_inventory

pytestmark = pytest.mark.django_db

ADD = "admin:catalog_product_add"
LIST = "admin:catalog_product_changelist"


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def food(db: None) -> UUID:
    return an_inventory("food")


def mug(**fields: Any) -> dict[str, Any]:
    known = {"sku": "MUG-1", "name": "Mug", "description": "", "price": "9.50", "currency": "EUR"}
    return known | fields


def change(client: Client, product_id: UUID, **fields: Any) -> Any:
    return client.post(reverse("admin:catalog_product_change", args=[product_id]), mug(version="1", **fields))


def told() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("type", flat=True))


def test_a_product_is_added_by_the_command_so_that_the_others_hear_of_it(root: Client, food: UUID) -> None:
    response = root.post(reverse(ADD), mug(inventory_id=food, quantity="12"))

    product = Product.objects.get()
    assert response.status_code == 302
    assert (product.sku, product.currency) == ("MUG-1", "EUR")
    assert OutboxMessage.objects.get().subject == str(product.id)


def test_a_refusal_is_shown_in_the_form_with_what_was_typed(root: Client, food: UUID) -> None:
    a_product(sku="MUG-1")

    response = root.post(reverse(ADD), mug(name="Another mug", inventory_id=food, quantity="12"))

    assert response.status_code == 200
    assert "There is a product with the SKU MUG-1." in response.content.decode()
    assert 'value="Another mug"' in response.content.decode()
    assert Product.objects.count() == 1


def test_the_inventory_of_a_new_product_is_chosen_by_its_name(root: Client, food: UUID) -> None:
    page = root.get(reverse(ADD)).content.decode()

    assert f'<option value="{food}">food</option>' in page


def test_a_product_is_changed_by_the_command(root: Client) -> None:
    product_id = a_product()

    response = change(root, product_id, price="8.25")

    assert response["Location"] == reverse(LIST)
    assert str(send(GetProduct(product_id)).details.price) == "8.25"
    assert told()[-1] == "catalog.product_updated.v1"


def test_nobody_overwrites_what_they_have_not_seen(root: Client) -> None:
    product_id = a_product()
    change(root, product_id, price="8.25")

    late = change(root, product_id, price="7.00").content.decode()

    assert "It has version 2 by now" in late
    assert 'value="7.00"' in late
    assert str(send(GetProduct(product_id)).details.price) == "8.25"


@pytest.mark.parametrize("price", ["-1", "1.234", "much", "NaN"])
def test_a_price_that_is_none_is_refused_in_its_field(root: Client, price: str) -> None:
    response = change(root, a_product(), price=price)

    assert list(response.context["adminform"].errors) == ["price"]


def test_products_are_deleted_by_the_command_and_gone_from_the_list(root: Client) -> None:
    mug_id, cup_id, jug_id = (a_product(sku=sku) for sku in ("MUG-1", "CUP-1", "JUG-1"))

    root.post(reverse("admin:catalog_product_delete", args=[mug_id]), {"post": "yes"})
    root.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [str(cup_id)], "post": "yes"})

    assert told()[-2:] == ["catalog.product_deleted.v1"] * 2
    shown = root.get(reverse(LIST)).content.decode()
    assert [str(one) in shown for one in (mug_id, cup_id, jug_id)] == [False, False, True]
    with pytest.raises(Refusal):
        send(GetProduct(mug_id))


def test_who_may_only_look_finds_no_way_to_change() -> None:
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_product"))
    viewer = Client()
    viewer.force_login(user)
    product_id = a_product()

    page = viewer.get(reverse("admin:catalog_product_change", args=[product_id])).content.decode()

    assert "Mug" in page
    assert "<textarea" not in page
    assert change(viewer, product_id, price="8.25").status_code == 403
    delete = viewer.post(reverse("admin:catalog_product_delete", args=[product_id]), {"post": "yes"})
    assert delete.status_code == 403
    assert told() == ["catalog.product_created.v1"]


@pytest.mark.usefixtures("inventory_is_away")
def test_while_the_inventory_is_away_the_form_says_so_and_keeps_what_was_typed(root: Client) -> None:
    shown = root.get(reverse(ADD)).content.decode()
    answer = root.post(reverse(ADD), mug(inventory_id=uuid4(), quantity="12"))

    assert "The inventory cannot be asked at the moment." in shown
    assert answer.status_code == 200
    assert 'value="MUG-1"' in answer.content.decode()
    assert not Product.objects.exists()
