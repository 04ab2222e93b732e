"""Keep each product's availability, as the inventory tells it."""

from shop.building_blocks.messaging.registry import consumes
from shop.modules.catalog.models import Listing
from shop.modules.inventory.contracts import StockChanged


@consumes(StockChanged)
def keep_availability(event: StockChanged) -> None:
    """Stale news finds a newer version, and news of a deleted product finds no listing."""
    Listing.objects.filter(product=event.product_id, stock_version__lt=event.version).update(
        available=event.available, stock_version=event.version
    )
