"""Nobody hands out more than they have: what keeps an administrator of users from becoming one of everything.

A power is a permission of the admin (``catalog.change_product``) or a scope of the API (``catalog:write``).
"""

from collections.abc import Set as AbstractSet
from typing import Final
from uuid import UUID

from django.contrib.auth import models as auth
from django.db.models import Q

from shop.building_blocks.errors import Refusal
from shop.modules.identity.models.scopes import known_scopes
from shop.modules.identity.models.user import GroupScopes, User

Powers = frozenset[str]
EVERYTHING: Final = "everything"
"""The power that only superusers have."""


class PowerNotHeld(Refusal):
    """Nobody gives, takes or borrows what they do not have themselves."""

    status = 403


def require_powers(by: UUID | None, powers: AbstractSet[str]) -> None:
    """Raises PowerNotHeld. ``by`` is a user, or None for who runs ``manage.py`` on the machine itself."""
    if missing := missing_powers(by, powers):
        raise PowerNotHeld(f"You would need to have yourself: {', '.join(sorted(missing))}.")


def missing_powers(by: UUID | None, powers: AbstractSet[str]) -> AbstractSet[str]:
    held = powers_of_user(User.objects.get(id=by)) if by else {EVERYTHING}
    return frozenset() if EVERYTHING in held else powers - held


def powers_of_user(user: User) -> Powers:
    """Also those that sleep while the account is deactivated."""
    if user.is_superuser:
        return frozenset({EVERYTHING})
    return _permissions(Q(user=user) | Q(group__user=user)) | user.allowed_scopes()


def powers_of_groups(groups: AbstractSet[int]) -> Powers:
    granted = GroupScopes.objects.filter(group__in=groups).values_list("scopes", flat=True)
    return _permissions(Q(group__in=groups)).union(*(scopes.split() for scopes in granted))


def powers_of_client(scopes: Powers, may_introspect: bool) -> Powers:
    """To introspect is to look into everybody's tokens."""
    return scopes | ({EVERYTHING} if may_introspect else frozenset())


def equip(group: auth.Group, scopes: AbstractSet[str], permissions: AbstractSet[int], by: UUID) -> None:
    """Give a group exactly these. Raises UnknownScope and PowerNotHeld."""
    require_powers(by, known_scopes(scopes) | _permissions(Q(pk__in=permissions)))
    group.permissions.set(auth.Permission.objects.filter(pk__in=permissions))
    GroupScopes.objects.update_or_create(group=group, defaults={"scopes": " ".join(sorted(scopes))})


def _permissions(of: Q) -> Powers:
    rows = auth.Permission.objects.filter(of).values_list("content_type__app_label", "codename")
    return frozenset(f"{app}.{codename}" for app, codename in rows)
