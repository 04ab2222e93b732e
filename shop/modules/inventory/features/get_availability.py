"""Tell other modules how many of these products can be sold."""

from django.db.models import F, Sum

from shop.building_blocks.mediator import handles
from shop.modules.inventory.contracts import GetAvailability, ProductAvailability
from shop.modules.inventory.models import Stock


@handles(GetAvailability)
def get_availability(query: GetAvailability) -> tuple[ProductAvailability, ...]:
    available = Sum(F("items__on_hand") - F("items__reserved"), default=0)
    stocks = Stock.objects.filter(product_id__in=query.product_ids).annotate(available=available)
    rows = stocks.order_by("product_id").values_list("product_id", "available", "version")
    return tuple(
        ProductAvailability(product_id=product_id, available=available, version=version)
        for product_id, available, version in rows
    )
