"""Keep each product's availability, as the inventory tells it."""

from shop.building_blocks.database.writes import Update
from shop.building_blocks.messaging.registry import consumes
from shop.modules.catalog.models import Listing
from shop.modules.inventory.contracts import StockChanged

_OLDER = Update(lambda product, version: Listing.objects.filter(product=product, stock_version__lt=version))


@consumes(StockChanged)
def keep_availability(event: StockChanged) -> None:
    """Stale news finds a newer version, and news of a deleted product finds no listing."""
    news = {"available": event.available, "stock_version": event.version}
    _OLDER.run(news, product=event.product_id, version=event.version)
