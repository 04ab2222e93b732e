from decimal import Decimal
from typing import Any

import factory

from shop.modules.catalog.models import Listing, Product


class ProductFactory(factory.django.DjangoModelFactory):
    """Rows for lists; what a command does is arranged through the command."""

    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"SKU-{n:05}")
    name = factory.Sequence(lambda n: f"Product {n}")
    price = Decimal("1.00")

    @classmethod
    def _create(cls, model_class: type[Product], *args: Any, available: int = 0, **kwargs: Any) -> Product:
        product: Product = super()._create(model_class, *args, **kwargs)
        product.show()
        Listing.objects.filter(product=product).update(available=available)
        return product
