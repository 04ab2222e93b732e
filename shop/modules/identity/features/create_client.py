"""Give a program access to the API, by OAuth's client_credentials."""

from dataclasses import dataclass, field

from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AbstractApplication
from oauth2_provider.scopes import SettingsScopes

from shop.building_blocks.errors import Conflict, Refusal
from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import Client


@dataclass(frozen=True)
class Credentials:
    """The secret is shown this once; the database keeps a hash."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CreateClient(Command[Credentials]):
    name: str
    scopes: tuple[str, ...]
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


class DuplicateClient(Conflict):
    """There is a client with this id."""


class UnknownScope(Refusal):
    """There is no such scope."""


@handles(CreateClient)
def create_client(command: CreateClient) -> Credentials:
    known = SettingsScopes().get_all_scopes()
    if unknown := sorted(set(command.scopes) - set(known)):
        raise UnknownScope(f"No such scope: {', '.join(unknown)}. There are: {', '.join(known)}.")
    credentials = Credentials(
        command.client_id or generate_client_id(),
        command.client_secret or generate_client_secret(),
    )
    _, is_new = Client.objects.get_or_create(
        client_id=credentials.client_id,
        defaults={
            "client_secret": credentials.client_secret,
            "name": command.name,
            "client_type": AbstractApplication.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": AbstractApplication.GRANT_CLIENT_CREDENTIALS,
            "scopes": " ".join(command.scopes),
        },
    )
    if not is_new:
        raise DuplicateClient(f"There is a client with the id {credentials.client_id}.")
    return credentials
