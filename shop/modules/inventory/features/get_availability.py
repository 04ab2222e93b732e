"""Tell other modules how many of these products can be sold."""

from django.db.models import F, Sum

from shop.building_blocks.mediator import handles
from shop.modules.inventory.contracts import GetAvailability, ProductAvailability
from shop.modules.inventory.models import Stock


@handles(GetAvailability)
def get_availability(query: GetAvailability) -> tuple[ProductAvailability, ...]:
    stocks = Stock.objects.filter(product_id__in=query.product_ids).order_by("product_id")
    rows = stocks.annotate(free=Sum(F("items__on_hand") - F("items__reserved"), default=0))
    return tuple(
        ProductAvailability(product_id=product_id, available=0 if closed_at else free, version=version)
        for product_id, free, version, closed_at in rows.values_list(
            "product_id", "free", "version", "closed_at"
        )
    )
