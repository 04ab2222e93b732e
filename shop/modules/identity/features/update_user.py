"""Change who somebody is, and what they may do by their groups."""

from dataclasses import dataclass, field
from uuid import UUID

from shop.building_blocks.http.etags import ExpectedVersion
from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import AccessToken, Group, User
from shop.modules.identity.models.powers import powers_of_groups, powers_of_user, require_powers
from shop.modules.identity.models.tokens import end_carrying


@dataclass(frozen=True, kw_only=True)
class UpdateUser(Command[None]):
    """``by`` has to have every power that the user has, or gets by the groups, or be a superuser.

    Tokens with a scope that the new groups do not allow end.
    """

    user_id: UUID
    by: UUID
    expected: ExpectedVersion
    email: str = field(repr=False)
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    is_staff: bool
    groups: frozenset[int]


@handles(UpdateUser)
def update_user(command: UpdateUser) -> None:
    user = User.locked(command.user_id)
    require_powers(command.by, powers_of_user(user) | powers_of_groups(command.groups))
    command.expected.check(user.version)
    allowed = user.allowed_scopes()
    user.change(
        email=User.objects.normalize_email(command.email),
        first_name=command.first_name,
        last_name=command.last_name,
        is_staff=command.is_staff,
    )
    user.groups.set(Group.objects.filter(pk__in=command.groups))
    end_carrying(allowed - user.allowed_scopes(), AccessToken.objects.filter(user=user))
