"""Tell other modules what products are called and cost."""

from typing import Any

from django.db.models import QuerySet

from shop.building_blocks.database.reads import Statement
from shop.building_blocks.mediator import handles
from shop.modules.catalog.contracts import MOST_PRODUCTS, FindProducts, FoundProduct, TooManyProducts
from shop.modules.catalog.models import Product


def _by_ids(ids: Any) -> QuerySet[Product, tuple[Any, ...]]:
    rows = Product.objects.filter(id__any=ids, deleted_at=None).order_by("id")
    return rows.values_list("id", "sku", "name", "price", "currency")


_BY_IDS = Statement(_by_ids)


@handles(FindProducts)
def find_products(query: FindProducts) -> tuple[FoundProduct, ...]:
    if len(query.product_ids) > MOST_PRODUCTS:
        raise TooManyProducts(f"{len(query.product_ids)} products: at most {MOST_PRODUCTS} in one question.")
    rows = _BY_IDS.rows(ids=list(query.product_ids))
    return tuple(
        FoundProduct(product_id=product_id, sku=sku, name=name, price=price, currency=currency)
        for product_id, sku, name, price, currency in rows
    )
