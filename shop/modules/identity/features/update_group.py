"""Rename a group, and change what its members may do."""

from dataclasses import dataclass
from uuid import UUID

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import AccessToken
from shop.modules.identity.models.groups import locked_group, rename, scopes_of
from shop.modules.identity.models.powers import equip, powers_of_groups, require_powers
from shop.modules.identity.models.tokens import end_carrying


@dataclass(frozen=True, kw_only=True)
class UpdateGroup(Command[None]):
    """Members' tokens with a scope that is taken from the group end, also if another group allows it."""

    group_id: int
    name: str
    scopes: frozenset[str]
    permissions: frozenset[int]
    by: UUID


@handles(UpdateGroup)
def update_group(command: UpdateGroup) -> None:
    group = locked_group(command.group_id)
    require_powers(command.by, powers_of_groups({group.pk}))
    rename(group, command.name)
    lost = scopes_of(group) - command.scopes
    equip(group, command.scopes, command.permissions, command.by)
    end_carrying(lost, AccessToken.objects.filter(user__groups=group))
