"""Scopes that somebody is given have to exist."""

from collections.abc import Iterable

from django.conf import settings

from shop.building_blocks.errors import Refusal


class UnknownScope(Refusal):
    """There is no such scope."""


def known_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """Raises UnknownScope, which names those that do not exist."""
    wanted = frozenset(scopes)
    if unknown := sorted(wanted - set(settings.SCOPES)):
        raise UnknownScope(f"No such scope: {', '.join(unknown)}. There are: {', '.join(settings.SCOPES)}.")
    return wanted
