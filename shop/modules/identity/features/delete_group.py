"""Delete a group. What only it gave its members they lose, tokens included."""

from dataclasses import dataclass
from uuid import UUID

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import AccessToken
from shop.modules.identity.models.groups import locked_group, scopes_of
from shop.modules.identity.models.powers import powers_of_groups, require_powers
from shop.modules.identity.models.tokens import end_carrying


@dataclass(frozen=True, kw_only=True)
class DeleteGroup(Command[None]):
    group_id: int
    by: UUID


@handles(DeleteGroup)
def delete_group(command: DeleteGroup) -> None:
    group = locked_group(command.group_id)
    require_powers(command.by, powers_of_groups({group.pk}))
    end_carrying(scopes_of(group), AccessToken.objects.filter(user__groups=group))
    group.delete()
