"""The ledger, as it is shown."""

import pytest
from pytest_django import DjangoAssertNumQueries
from uuid_utils.compat import uuid7

from shop.building_blocks.http.pages import Cursor
from shop.building_blocks.mediator import send
from shop.modules.inventory.features.confirm_reservation import ConfirmReservation
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.features.list_movements import ListMovements
from shop.modules.inventory.models import StockNotFound
from tests.inventory.arrange import a_stock, adjust, reserve
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_tells_how_the_stock_came_to_be_what_it_is_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    food, cellar = an_inventory("food"), an_inventory("cellar")
    mug = a_stock((food, 12), (cellar, 2))
    adjust(mug, food, -3, "Broken.")
    reservation = reserve((mug, 10))
    send(ConfirmReservation(reservation))
    a_stock((food, 100))

    with django_assert_num_queries(1, using="inventory"):
        movements = send(ListMovements(product_id=mug)).items

    *shipped, broken, delivered, opened = movements
    assert {(one.inventory_id, one.delta, one.balance) for one in shipped} == {(food, -9, 0), (cellar, -1, 1)}
    assert {(one.kind, one.version, one.reservation_id) for one in shipped} == {("shipment", 5, reservation)}
    assert (broken.kind, broken.delta, broken.balance, broken.reason) == ("adjustment", -3, 9, "Broken.")
    assert (delivered.inventory_id, delivered.delta, delivered.balance) == (cellar, 2, 2)
    assert (opened.kind, opened.delta, opened.balance, opened.version) == ("opening", 12, 12, 1)
    assert sum(one.delta for one in movements) == send(GetStock(mug)).on_hand == 1


@pytest.mark.parametrize("sort", ["version", "-version"])
def test_pages_through_everything_once_also_between_movements_of_one_version(sort: str) -> None:
    places = [an_inventory(name) for name in ("food", "cellar", "attic")]
    mug = a_stock(*((place, 1) for place in places))
    send(ConfirmReservation(reserve((mug, 3))))

    page = send(ListMovements(product_id=mug, limit=2, sort=sort))
    seen = page.items
    while page.next:
        cursor = Cursor.after(seen[-1], sort)
        page = send(ListMovements(product_id=mug, limit=2, sort=sort, cursor=cursor))
        seen += page.items

    assert [one.version for one in seen] == sorted([1, 2, 3, 5, 5, 5], reverse=sort == "-version")
    assert len({one.id for one in seen}) == 6


def test_stock_that_never_moved_is_not_unknown() -> None:
    assert send(ListMovements(product_id=a_stock((an_inventory(), 0)))).items == []
    with pytest.raises(StockNotFound):
        send(ListMovements(product_id=uuid7()))
