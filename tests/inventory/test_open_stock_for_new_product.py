import pytest
from uuid_utils.compat import uuid7

from shop.building_blocks.mediator import send
from shop.building_blocks.messaging import inbox
from shop.building_blocks.messaging.events import Envelope
from shop.modules.inventory.contracts import StockChanged
from shop.modules.inventory.features.get_stock import GetStock
from shop.modules.inventory.models import InboxMessage, OutboxMessage, Stock, StockNotFound
from tests.inventory.arrange import product_created, receive
from tests.support import an_inventory

pytestmark = pytest.mark.django_db


def test_opens_the_stock_where_the_product_says_it_lies() -> None:
    food = an_inventory("food")
    event = product_created(food, quantity=12)

    receive(event)

    stock = send(GetStock(event.product_id))
    assert (stock.sku, stock.on_hand, stock.reserved, stock.available) == ("MUG-1", 12, 0, 12)
    assert [(item.name, item.on_hand) for item in stock.inventories] == [("food", 12)]


def test_tells_the_others_what_is_available() -> None:
    event = product_created(an_inventory(), quantity=12)

    receive(event)

    told = Envelope.decode(OutboxMessage.objects.get().body)
    assert told.open(StockChanged) == StockChanged(
        product_id=event.product_id, version=1, on_hand=12, reserved=0, available=12
    )


def test_opens_it_once_however_often_the_event_arrives() -> None:
    receive(product_created(an_inventory()), times=3)

    assert Stock.objects.count() == 1
    assert OutboxMessage.objects.count() == 1


def test_waits_for_an_inventory_that_does_not_exist_yet() -> None:
    receive(product_created(uuid7()))

    parked = InboxMessage.objects.get()
    assert parked.state == "parked"
    assert "There is no inventory" in parked.error
    assert not Stock.objects.exists()


def test_what_it_tells_was_caused_by_the_event_and_belongs_to_the_same_action() -> None:
    envelope = Envelope.of(product_created(an_inventory()))

    inbox.consume("inventory", [envelope], guard=lambda: None)

    told = Envelope.decode(OutboxMessage.objects.get().body)
    assert told.causationid == str(envelope.id)
    assert told.correlationid == envelope.correlationid


def test_there_is_no_stock_of_an_unknown_product() -> None:
    with pytest.raises(StockNotFound):
        send(GetStock(uuid7()))
