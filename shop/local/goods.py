"""Products for a trial, and where they lie. Needs catalog and inventory in this process."""

from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from shop.building_blocks.errors import Conflict
from shop.building_blocks.mediator import send
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.inventory.features.create_inventory import CreateInventory
from shop.modules.inventory.features.list_inventories import ListInventories


class Sample(NamedTuple):
    sku: str
    name: str
    description: str
    price: str
    inventory: str
    quantity: int


SAMPLES = (
    Sample("APPLE-1KG", "Apples", "A kilogram of Boskoop apples.", "3.20", "food", 120),
    Sample("BREAD-RYE", "Rye bread", "Baked this morning, 750 g.", "4.50", "food", 40),
    Sample("COFFEE-500", "Espresso beans", "Dark roast, 500 g.", "11.90", "food", 75),
    Sample("SOAP-OLIVE", "Olive soap", "Without perfume, 100 g.", "2.80", "health", 200),
    Sample("TEA-MINT", "Peppermint tea", "Twenty bags.", "3.95", "health", 90),
)


def make() -> None:
    """Make what is missing."""
    stock = {name: _inventory(name) for name in ("food", "health")}
    for sample in SAMPLES:
        _product(sample, stock[sample.inventory])


def inventory_id(name: str = "food") -> UUID:
    inventories = send(ListInventories(limit=100)).items
    return next(one.id for one in inventories if one.name == name)


def _inventory(name: str) -> UUID:
    try:
        return send(CreateInventory(name=name, description=f"Where our {name} lies."))
    except Conflict:
        return inventory_id(name)


def _product(sample: Sample, inventory_id: UUID) -> None:
    with suppress(Conflict):
        send(
            CreateProduct(
                sku=sample.sku,
                name=sample.name,
                description=sample.description,
                price=Decimal(sample.price),
                inventory_id=inventory_id,
                quantity=sample.quantity,
            )
        )
