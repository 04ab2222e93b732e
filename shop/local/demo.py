"""Data for a trial on one machine. Made through the same commands that everybody uses.

This package stands above the modules and knows all of them; no module knows it.
"""

from contextlib import suppress
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections
from oauth2_provider.models import AbstractApplication
from oauth2_provider.scopes import SettingsScopes

from shop.building_blocks.errors import Conflict
from shop.building_blocks.hosts import is_local
from shop.building_blocks.mediator import send
from shop.modules.catalog.features.create_product import CreateProduct
from shop.modules.identity.features.create_client import CreateClient
from shop.modules.identity.features.register_user import RegisterUser
from shop.modules.identity.models import Client, User
from shop.modules.inventory.features.create_inventory import CreateInventory
from shop.modules.inventory.features.list_inventories import ListInventories

ADMIN = "admin"
CLIENT = "demo"
SECRET = "demo-secret"  # noqa: S105  the README tells everybody
BROWSER_CLIENT = "demo-spa"


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


class DemoRefused(Exception):
    """Demo data would open this installation to everybody."""


def make() -> bool:
    """Make what is missing, once; False when it had been made. Raises DemoRefused outside a trial."""
    refuse_in_public()
    if Client.objects.filter(client_id=CLIENT).exists():
        return False
    _administrator()
    stock = {name: _inventory(name) for name in ("food", "health")}
    for sample in SAMPLES:
        _product(sample, stock[sample.inventory])
    _clients()
    return True


def refuse_in_public() -> None:
    if not settings.DEBUG:
        raise DemoRefused("Demo data has passwords that everybody knows; it needs DEBUG=on.")
    for alias in settings.SHOP_MODULES:
        host = connections[alias].settings_dict["HOST"]
        if host and not is_local(host):
            raise DemoRefused(f"Demo data is for a database on this machine; {alias}'s is on {host}.")


def refuse_in_production() -> None:
    """Stop the start of a public shop over a database that a demo was made in."""
    if settings.DEBUG:
        return
    with suppress(DatabaseError):  # away, or not migrated yet
        administrator = User.objects.filter(username=ADMIN).first()
        known_password = administrator is not None and administrator.check_password(ADMIN)
        if known_password or Client.objects.filter(client_id=CLIENT).exists():
            raise ImproperlyConfigured(
                "The database has demo data, whose passwords everybody knows. Start with a new one, "
                f"or delete the OAuth client {CLIENT!r} and the user {ADMIN!r}."
            )


def inventory_id(name: str = "food") -> UUID:
    inventories = send(ListInventories(limit=100)).items
    return next(one.id for one in inventories if one.name == name)


def _administrator() -> None:
    with suppress(Conflict):
        send(RegisterUser(username=ADMIN, email="admin@localhost", password=ADMIN))
    User.objects.filter(username=ADMIN).update(is_staff=True, is_superuser=True)


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


def _clients() -> None:
    Client.objects.get_or_create(
        client_id=BROWSER_CLIENT,
        defaults={
            "name": "Demo in the browser",
            "client_type": AbstractApplication.CLIENT_PUBLIC,
            "authorization_grant_type": AbstractApplication.GRANT_AUTHORIZATION_CODE,
            # The documentation's; RFC 8252, section 7.3: of this machine, any port is right.
            "redirect_uris": "https://localhost/callback http://127.0.0.1/oauth2-redirect.html",
            "scopes": "catalog:read inventory:read",
        },
    )
    scopes = tuple(SettingsScopes().get_all_scopes())
    send(CreateClient(name="Demo", scopes=scopes, client_id=CLIENT, client_secret=SECRET))
