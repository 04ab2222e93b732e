"""End an access token, and the refresh tokens that would bring it back."""

from dataclasses import dataclass

from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import AccessToken, RefreshToken
from shop.modules.identity.models.tokens import end_families


@dataclass(frozen=True)
class RevokeAccessToken(Command[None]):
    """One that has ended already stays so."""

    token_id: int


@handles(RevokeAccessToken)
def revoke_access_token(command: RevokeAccessToken) -> None:
    end_families(RefreshToken.objects.filter(access_token=command.token_id))
    AccessToken.objects.filter(pk=command.token_id).delete()
