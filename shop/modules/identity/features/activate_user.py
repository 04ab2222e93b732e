"""Let somebody in again who was locked out. They log in anew."""

from dataclasses import dataclass
from uuid import UUID

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import User
from shop.modules.identity.models.powers import powers_of_user, require_powers


@dataclass(frozen=True, kw_only=True)
class ActivateUser(Command[None]):
    user_id: UUID
    by: UUID


@handles(ActivateUser)
def activate_user(command: ActivateUser) -> None:
    user = User.locked(command.user_id)
    require_powers(command.by, powers_of_user(user))
    if not user.is_active:
        user.change(is_active=True)
