"""Name a set of permissions and scopes, to give it to users."""

from dataclasses import dataclass
from uuid import UUID

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import Group
from shop.modules.identity.models.groups import GroupNameTaken
from shop.modules.identity.models.powers import equip


@dataclass(frozen=True, kw_only=True)
class CreateGroup(Command[int]):
    """``permissions`` are ids. ``by`` has to have them all, and the scopes, or be a superuser."""

    name: str
    scopes: frozenset[str]
    permissions: frozenset[int]
    by: UUID


@handles(CreateGroup)
def create_group(command: CreateGroup) -> int:
    group, is_new = Group.objects.get_or_create(name=command.name)
    if not is_new:
        raise GroupNameTaken(f"There is a group {command.name}.")
    equip(group, command.scopes, command.permissions, command.by)
    return group.pk
