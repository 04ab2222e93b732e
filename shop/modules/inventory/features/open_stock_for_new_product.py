"""Open the stock of every new product."""

from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.registry import consumes
from shop.modules.catalog.contracts import ProductCreated
from shop.modules.inventory.models import Stock


@consumes(ProductCreated)
def open_stock_for_new_product(event: ProductCreated) -> None:
    stock, is_new = Stock.objects.get_or_create(product_id=event.product_id, defaults={"sku": event.sku})
    if is_new:  # else the product was deleted before its stock was opened
        outbox.publish(stock.open(event.inventory_id, event.quantity))
