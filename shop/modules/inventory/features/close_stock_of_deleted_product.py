"""Sell nothing more of a product that was deleted."""

from shop.building_blocks.messaging import outbox
from shop.building_blocks.messaging.registry import consumes
from shop.modules.catalog.contracts import ProductDeleted
from shop.modules.inventory.models import Stock


@consumes(ProductDeleted)
def close_stock_of_deleted_product(event: ProductDeleted) -> None:
    """Also when no stock is open yet: its opening may be held up, and then finds it closed."""
    Stock.objects.get_or_create(product_id=event.product_id, defaults={"sku": event.sku})
    stock = Stock.lock_one(event.product_id)
    if not stock.closed_at:
        outbox.publish(stock.close())
