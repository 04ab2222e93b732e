"""Lock somebody out, at once and everywhere: the account stays, its tokens, codes and sessions end."""

from dataclasses import dataclass
from uuid import UUID

from shop.building_blocks.errors import Conflict
from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import User
from shop.modules.identity.models.powers import powers_of_user, require_powers
from shop.modules.identity.models.tokens import end_all


@dataclass(frozen=True, kw_only=True)
class DeactivateUser(Command[None]):
    user_id: UUID
    by: UUID


class OwnAccount(Conflict):
    """Nobody deactivates themselves: the last administrator might be gone."""


@handles(DeactivateUser)
def deactivate_user(command: DeactivateUser) -> None:
    user = User.locked(command.user_id)
    require_powers(command.by, powers_of_user(user))
    if user.id == command.by:
        raise OwnAccount
    if user.is_active:
        user.change(is_active=False, ended_sessions=user.ended_sessions + 1)
    end_all(user=user)
