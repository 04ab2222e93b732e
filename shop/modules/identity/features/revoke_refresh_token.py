"""End a refresh token, whatever it was exchanged for, and the access tokens that came of it."""

from dataclasses import dataclass

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import RefreshToken
from shop.modules.identity.models.tokens import end_families


@dataclass(frozen=True)
class RevokeRefreshToken(Command[None]):
    """One that has ended already stays so."""

    token_id: int


@handles(RevokeRefreshToken)
def revoke_refresh_token(command: RevokeRefreshToken) -> None:
    end_families(RefreshToken.objects.filter(pk=command.token_id))
