"""Listings and documents of the products that are there, with the availability that was known of them."""

from typing import Any

from django.db import migrations

from shop.modules.catalog.language import can_be_mistyped, document, name_key, words

BATCH = 1000


def fill(apps: Any, schema_editor: Any) -> None:
    alias = schema_editor.connection.alias
    products = apps.get_model("catalog", "Product").objects.using(alias).order_by("id")
    batch = list(products[:BATCH])
    while batch:
        _fill(apps, alias, batch)
        batch = list(products.filter(id__gt=batch[-1].id)[:BATCH])


def _fill(apps: Any, alias: str, products: list[Any]) -> None:
    Listing, Document, Word = (apps.get_model("catalog", name) for name in ("Listing", "SearchDocument", "Word"))
    known = apps.get_model("catalog", "Availability").objects.using(alias).in_bulk([one.id for one in products])
    Listing.objects.using(alias).bulk_create(
        Listing(
            product_id=one.id,
            sku=one.sku,
            name=one.name,
            name_key=name_key(one.name),
            price=one.price,
            currency=one.currency,
            available=known[one.id].available if one.id in known else 0,
            stock_version=known[one.id].version if one.id in known else 0,
        )
        for one in products
    )
    Document.objects.using(alias).bulk_create(
        Document(product_id=one.id, document=document(one.name, one.sku, one.description)) for one in products
    )
    found = {word for one in products for text in (one.name, one.sku, one.description) for word in words(text)}
    Word.objects.using(alias).bulk_create(
        [Word(word=word, reversed=word[::-1]) for word in sorted(filter(can_be_mistyped, found))],
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0004_read_models"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.DeleteModel(name="Availability"),
    ]
