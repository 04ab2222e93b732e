"""Keep each product's availability, as the inventory tells it."""

from shop.building_blocks.messaging.registry import consumes
from shop.modules.catalog.models import Availability
from shop.modules.inventory.contracts import StockChanged


@consumes(StockChanged)
def keep_availability(event: StockChanged) -> None:
    news = {"available": event.available, "version": event.version}
    known, is_new = Availability.objects.get_or_create(product_id=event.product_id, defaults=news)
    if not is_new and known.version < event.version:
        Availability.objects.filter(product_id=event.product_id, version__lt=event.version).update(**news)
