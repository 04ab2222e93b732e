"""Give somebody a new password. Whoever knew the old one is out: tokens, codes and sessions end."""

from dataclasses import InitVar, dataclass, field
from uuid import UUID

from django.contrib.auth.hashers import make_password

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import User
from shop.modules.identity.models.powers import powers_of_user, require_powers
from shop.modules.identity.models.tokens import end_all


@dataclass(frozen=True, kw_only=True)
class SetPassword(Command[None]):
    """The password is hashed as the command is made: before the transaction, and out of any log."""

    user_id: UUID
    by: UUID
    password: InitVar[str]
    password_hash: str = field(init=False, repr=False)

    def __post_init__(self, password: str) -> None:
        object.__setattr__(self, "password_hash", make_password(password))


@handles(SetPassword)
def set_password(command: SetPassword) -> None:
    user = User.locked(command.user_id)
    require_powers(command.by, powers_of_user(user))
    user.change(password=command.password_hash)  # on which sessions hang
    end_all(user=user)
