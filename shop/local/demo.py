"""Demo data for a trial, made by the modules' own commands: the part of it that the modules here can make.

This package stands above the modules and knows all of them; no module knows it. What makes the data imports
the modules, so it is imported where they run.
"""

from contextlib import suppress

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connections

from shop.building_blocks import modules
from shop.building_blocks.hosts import is_local


class DemoRefused(Exception):
    """Demo data would open this installation to everybody."""


def has_accounts() -> bool:
    return "identity" in modules.names()


def has_goods() -> bool:
    return {"catalog", "inventory"} <= set(modules.names())


def make() -> bool:
    """Make what is missing, once; False when it had been made. Raises DemoRefused outside a trial."""
    refuse_in_public()
    if not has_accounts():
        _make_goods()
        return True
    from shop.local import accounts  # noqa: PLC0415

    if accounts.are_made():
        return False
    _make_goods()
    accounts.make()  # the last of it is the sign that all is made
    return True


def _make_goods() -> None:
    if has_goods():
        from shop.local import goods  # noqa: PLC0415

        goods.make()


def refuse_in_public() -> None:
    if not settings.DEBUG:
        raise DemoRefused("Demo data has passwords that everybody knows; it needs DEBUG=on.")
    for alias in settings.SHOP_MODULES:
        host = connections[alias].settings_dict["HOST"]
        if host and not is_local(host):
            raise DemoRefused(f"Demo data is for a database on this machine; {alias}'s is on {host}.")


def refuse_in_production() -> None:
    """Stop the start of a public shop over a database that a demo was made in."""
    if settings.DEBUG or not has_accounts():
        return
    from shop.local import accounts  # noqa: PLC0415

    with suppress(DatabaseError):  # away, or not migrated yet
        if accounts.are_open():
            raise ImproperlyConfigured(
                "The database has demo data, whose passwords everybody knows. Start with a new one, "
                f"or delete the OAuth client {accounts.CLIENT!r} and the user {accounts.ADMIN!r}."
            )
