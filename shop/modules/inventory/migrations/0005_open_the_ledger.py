from typing import Any

from django.db import migrations


def open_the_ledger(apps: Any, _schema_editor: object) -> None:
    """What lay on hand before there was a ledger is its first entry."""
    Movement, StockItem = (apps.get_model("inventory", name) for name in ("Movement", "StockItem"))
    items = StockItem.objects.filter(on_hand__gt=0).select_related("stock")
    Movement.objects.bulk_create(
        (
            Movement(
                stock=item.stock,
                item=item,
                version=item.stock.version,
                kind="opening",
                delta=item.on_hand,
                balance=item.on_hand,
            )
            for item in items.iterator()
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    """On its own: PostgreSQL makes no triggers on a table with rows whose foreign keys are still to be checked."""

    dependencies = [
        ("inventory", "0004_ledger_and_reservations"),
    ]

    operations = [
        migrations.RunPython(open_the_ledger, migrations.RunPython.noop),
    ]
