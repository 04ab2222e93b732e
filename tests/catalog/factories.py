from decimal import Decimal

import factory

from shop.modules.catalog.models import Product


class ProductFactory(factory.django.DjangoModelFactory):
    """Rows for lists; what a command does is arranged through the command."""

    class Meta:
        model = Product

    sku = factory.Sequence(lambda n: f"SKU-{n:05}")
    name = factory.Sequence(lambda n: f"Product {n}")
    price = Decimal("1.00")
