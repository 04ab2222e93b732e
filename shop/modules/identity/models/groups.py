"""Django's groups, each with the scopes that it adds for its members."""

from django.contrib.auth import models as auth
from django.db import IntegrityError

from shop.building_blocks.errors import Conflict, NotFound
from shop.modules.identity.models.user import GroupScopes


class Group(auth.Group):
    """Django's, among our own in the admin."""

    class Meta:
        proxy = True


class GroupNotFound(NotFound):
    """There is no such group."""


class GroupNameTaken(Conflict):
    """There is a group of this name."""


def locked_group(group_id: int) -> auth.Group:
    """The group, whose row is ours until the transaction ends. Raises GroupNotFound."""
    group = Group.objects.select_for_update().filter(pk=group_id).first()
    if group is None:
        raise GroupNotFound(f"There is no group {group_id}.")
    return group


def rename(group: auth.Group, name: str) -> None:
    """Raises GroupNameTaken, with which the transaction has to end."""
    group.name = name
    try:
        group.save(update_fields=["name"])
    except IntegrityError:
        raise GroupNameTaken(f"There is a group {name}.") from None


def scopes_of(group: auth.Group) -> frozenset[str]:
    granted = GroupScopes.objects.filter(group=group).first()
    return frozenset(granted.scopes.split() if granted else ())
