"""Give a program a new secret; the old one is worth nothing from then on."""

from dataclasses import dataclass
from uuid import UUID

from oauth2_provider.generators import generate_client_secret

from shop.building_blocks.errors import Conflict
from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import AccessToken, Client
from shop.modules.identity.models.powers import powers_of_client, require_powers


@dataclass(frozen=True, kw_only=True)
class RotateClientSecret(Command[str]):
    """Answers with the new secret, this once.

    Tokens that the client got for itself end: whoever knew the old secret may have some. Those of users
    stay, for they needed to log in; to end them too, deactivate the client.
    """

    client_id: str
    by: UUID


class HasNoSecret(Conflict):
    """A public client has no secret."""


@handles(RotateClientSecret)
def rotate_client_secret(command: RotateClientSecret) -> str:
    client = Client.locked(command.client_id)
    require_powers(command.by, powers_of_client(client.given_scopes, client.may_introspect))
    if client.is_public:
        raise HasNoSecret
    secret: str = generate_client_secret()
    client.client_secret = secret
    client.save(update_fields=["client_secret", "updated"])
    AccessToken.objects.filter(application=client, user=None).delete()
    return secret
