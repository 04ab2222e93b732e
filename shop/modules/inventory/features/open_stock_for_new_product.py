"""Open the stock of every new product."""

from shop.building_blocks.errors import NotFound
from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.registry import consumes
from shop.modules.catalog.contracts import ProductCreated
from shop.modules.inventory.contracts import StockChanged
from shop.modules.inventory.models import Inventory, Stock, StockItem


class UnknownInventory(NotFound):
    """The product's opening stock lies in an inventory that does not exist."""


@consumes(ProductCreated)
def open_stock_for_new_product(event: ProductCreated) -> None:
    if not Inventory.objects.filter(id=event.inventory_id).exists():
        raise UnknownInventory(f"There is no inventory {event.inventory_id}.")
    stock = Stock.objects.create(product_id=event.product_id, sku=event.sku)
    item = StockItem.objects.create(stock=stock, inventory_id=event.inventory_id, on_hand=event.quantity)
    outbox.publish(
        StockChanged(
            product_id=stock.product_id,
            version=stock.version,
            on_hand=item.on_hand,
            reserved=item.reserved,
            available=item.available,
        )
    )
