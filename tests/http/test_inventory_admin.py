"""The inventory in the admin: the ledger is read, stock is adjusted and reservations end by commands."""

from types import MappingProxyType
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from shop.building_blocks.mediator import send
from shop.modules.identity.models import User
from shop.modules.inventory.admin.stock import LATEST
from shop.modules.inventory.contracts import StockChanged
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_reservation import GetReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.place_reservation import Line, PlaceReservation
from shop.modules.inventory.models import Movement
from tests.inventory.arrange import a_stock, adjust, reserve, told
from tests.support import a_client_with, an_inventory

pytestmark = pytest.mark.django_db

RESERVATIONS = "admin:inventory_reservation_changelist"


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("root"))
    return client


@pytest.fixture
def viewer(db: None) -> Client:
    user = User.objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="inventory", codename__startswith="view_")
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def food(db: None) -> UUID:
    return an_inventory("food")


@pytest.fixture
def mug(food: UUID) -> UUID:
    return a_stock((food, 12))


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    return client.get(reverse(name, args=args), query).content.decode()


def adjust_by_form(client: Client, stock: UUID, inventory: UUID, fields: Any = MappingProxyType({})) -> Any:
    known = {"stock": stock, "inventory": inventory, "delta": "5", "reason": "Delivery 4711."}
    return client.post(reverse("admin:inventory_movement_add"), known | fields)


def end(client: Client, action: str, *reservations: UUID) -> str:
    data = {"action": action, "_selected_action": [str(one) for one in reservations]}
    return client.post(reverse(RESERVATIONS), data, follow=True).content.decode()


def test_the_page_of_a_stock_has_its_ledger_and_a_way_to_adjust_it(
    root: Client, food: UUID, mug: UUID
) -> None:
    adjust(mug, food, -3, "Broken in the cellar.")

    shown = page(root, "admin:inventory_stock_change", mug)

    assert "Broken in the cellar." in shown
    assert f'href="{reverse("admin:inventory_movement_add")}?stock={mug}"' in shown
    assert f'value="{mug}" selected' in page(root, "admin:inventory_movement_add", stock=mug)


def test_a_long_ledger_does_not_flood_the_page(root: Client, food: UUID, mug: UUID) -> None:
    for number in range(LATEST):
        adjust(mug, food, 1, f"Delivery {number}.")

    shown = page(root, "admin:inventory_stock_change", mug)

    assert shown.count("Delivery ") == LATEST
    assert "Opening" not in shown


def test_stock_is_adjusted_by_the_command_so_that_the_others_hear_of_it(
    root: Client, food: UUID, mug: UUID
) -> None:
    answer = adjust_by_form(root, mug, food)

    assert answer["Location"] == reverse("admin:inventory_stock_change", args=[mug])
    assert send(GetStock(mug)).on_hand == 17
    assert Movement.objects.latest("version").reason == "Delivery 4711."
    assert told(StockChanged)[-1].available == 17


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"delta": "-13"}, "Only 12 of MUG-1 can be taken away there."),
        ({"delta": "0"}, "Must not be 0."),
        ({"reason": ""}, "This field is required."),
        ({"stock": str(uuid4())}, "Select a valid choice."),
    ],
)
def test_a_refusal_is_shown_in_the_form_with_what_was_typed(
    root: Client, food: UUID, mug: UUID, fields: dict[str, str], said: str
) -> None:
    answer = adjust_by_form(root, mug, food, fields).content.decode()

    assert said in answer
    assert fields.get("reason", "Delivery 4711.") in answer
    assert Movement.objects.count() == 1


def test_reservations_are_ended_by_commands_and_one_that_is_refused_holds_up_no_other(
    root: Client, mug: UUID
) -> None:
    gone, first, second = (reserve((mug, 1)) for _ in range(3))
    send(ConfirmReservation(gone))

    released = end(root, "release", gone, first)
    confirmed = end(root, "confirm", second)

    assert f"{gone}: The reservation is confirmed, and its stock has left" in released
    assert "1 reservation released." in released
    assert "1 reservation confirmed." in confirmed
    states = {one: send(GetReservation(one)).state for one in (gone, first, second)}
    assert states == {gone: "confirmed", first: "released", second: "confirmed"}


def test_reservations_are_found_by_state_and_product(root: Client, food: UUID, mug: UUID) -> None:
    placed, confirmed = reserve((mug, 1)), reserve((mug, 2))
    cup = reserve((a_stock((food, 1), sku="CUP-1"), 1))
    send(ConfirmReservation(confirmed))

    by_state = page(root, RESERVATIONS, state__exact="placed")
    by_product = page(root, RESERVATIONS, q="CUP")

    assert [str(one) in by_state for one in (placed, confirmed, cup)] == [True, False, True]
    assert [str(one) in by_product for one in (placed, confirmed, cup)] == [False, False, True]


def test_the_page_of_a_reservation_says_what_it_holds_and_where(root: Client, mug: UUID) -> None:
    shown = page(root, "admin:inventory_reservation_change", reserve((mug, 7)))

    assert all(text in shown for text in ("MUG-1", "food", ">7<"))


def test_the_page_of_a_reservation_names_the_user_who_placed_it(root: Client, mug: UUID) -> None:
    alice = User.objects.create_user("alice")
    line = {"lines": [{"product_id": str(mug), "quantity": 1}]}

    placed = {
        name: client.post("/api/v1/reservations", line).json()["id"]
        for name, client in (
            ("by a user", a_client_with("inventory:write", user=alice.pk)),
            ("by a client", a_client_with("inventory:write")),
        )
    }

    assert "alice" in page(root, "admin:inventory_reservation_change", placed["by a user"])
    assert "alice" not in page(root, "admin:inventory_reservation_change", placed["by a client"])


def test_a_user_whom_identity_does_not_know_is_shown_by_id(root: Client, mug: UUID) -> None:
    stranger = uuid4()
    reservation = send(PlaceReservation(lines=[Line(mug, 1)], by=stranger))

    assert str(stranger) in page(root, "admin:inventory_reservation_change", reservation)


def test_who_may_only_look_finds_no_way_to_change(viewer: Client, food: UUID, mug: UUID) -> None:
    reservation = reserve((mug, 1))

    end(viewer, "confirm", reservation)

    assert send(GetReservation(reservation)).state == "placed"
    assert adjust_by_form(viewer, mug, food).status_code == 403
    assert "Adjust" not in page(viewer, "admin:inventory_stock_change", mug)
    assert 'value="confirm"' not in page(viewer, RESERVATIONS)


@pytest.mark.parametrize("model", ["stock", "movement", "reservation"])
def test_nothing_is_changed_or_deleted_behind_the_domains_back(root: Client, mug: UUID, model: str) -> None:
    keys = {"stock": mug, "movement": Movement.objects.get().pk, "reservation": reserve((mug, 1))}

    for page_ in ("change", "delete"):
        url = reverse(f"admin:inventory_{model}_{page_}", args=[keys[model]])
        assert root.post(url, {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(
    ("name", "column", "query"),
    [
        ("stock", "sku", {"q": "MUG", "closed": "no"}),
        ("movement", "change", {"q": "count", "kind__exact": "adjustment"}),
        ("reservation", "state", {"state__exact": "placed"}),
    ],
)
def test_a_longer_list_asks_no_more_questions(
    root: Client, food: UUID, name: str, column: str, query: dict[str, str]
) -> None:
    asked = []
    for count in (2, 4):
        for _ in range(2):
            mug = a_stock((food, 5))
            adjust(mug, food, 1)
            reserve((mug, 1))
        with CaptureQueriesContext(connections["inventory"]) as queries:
            shown = page(root, f"admin:inventory_{name}_changelist", **query)
        assert shown.count(f'class="field-{column}') == count
        asked.append(len(queries))

    assert asked[0] == asked[1]
