"""Let a program ask for access tokens."""

import re
from dataclasses import dataclass, field
from uuid import UUID

from oauth2_provider.generators import generate_client_id, generate_client_secret
from oauth2_provider.models import AbstractApplication

from shop.building_blocks.errors import Conflict, Refusal
from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import Client
from shop.modules.identity.models.powers import powers_of_client, require_powers
from shop.modules.identity.models.redirects import fit_redirect_uris
from shop.modules.identity.models.scopes import known_scopes

LONGEST_NAME = 255
_ID = re.compile(r"[A-Za-z0-9._~-]{1,100}")


@dataclass(frozen=True)
class Credentials:
    """The secret is shown this once; the database keeps a hash. A public client has none."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class CreateClient(Command[Credentials]):
    """With redirect URIs it lets users log in, by authorization_code; else it acts for itself.

    A public client runs where nobody can keep a secret: in browsers, on phones. ``by`` has to have every
    scope, or be a superuser; it is None for who runs ``manage.py``.
    """

    name: str
    scopes: tuple[str, ...]
    redirect_uris: tuple[str, ...] = ()
    is_public: bool = False
    may_introspect: bool = False
    client_id: str = ""
    by: UUID | None = None


class DuplicateClient(Conflict):
    """There is a client with this id."""


class UnfitClientId(Refusal):
    """A client's id has 1 to 100 of A-Z, a-z, 0-9, -, ., _ and ~."""


class UnfitClientName(Refusal):
    """A client's name has 1 to 255 characters."""


class NothingToProveItselfBy(Refusal):
    """A public client has no secret: it cannot act for itself, and may not introspect."""


@handles(CreateClient)
def create_client(command: CreateClient) -> Credentials:
    """Secrets are generated: their hash is a fast one, by which what a person chose could be guessed."""
    client_id = command.client_id or generate_client_id()
    if not _ID.fullmatch(client_id):
        raise UnfitClientId
    if not 0 < len(command.name) <= LONGEST_NAME:
        raise UnfitClientName
    if command.is_public and (command.may_introspect or not command.redirect_uris):
        raise NothingToProveItselfBy
    scopes = known_scopes(command.scopes)
    require_powers(command.by, powers_of_client(scopes, command.may_introspect))
    secret = generate_client_secret()
    _, is_new = Client.objects.get_or_create(
        client_id=client_id,
        defaults={
            **_kind(command),
            "client_secret": secret,
            "name": command.name,
            "scopes": " ".join(sorted(scopes)),
            "redirect_uris": fit_redirect_uris(command.redirect_uris),
            "may_introspect": command.may_introspect,
        },
    )
    if not is_new:
        raise DuplicateClient(f"There is a client with the id {client_id}.")
    return Credentials(client_id, "" if command.is_public else secret)


def _kind(command: CreateClient) -> dict[str, str]:
    """In the toolkit's terms."""
    public, confidential = AbstractApplication.CLIENT_PUBLIC, AbstractApplication.CLIENT_CONFIDENTIAL
    code, own = AbstractApplication.GRANT_AUTHORIZATION_CODE, AbstractApplication.GRANT_CLIENT_CREDENTIALS
    return {
        "client_type": public if command.is_public else confidential,
        "authorization_grant_type": code if command.redirect_uris else own,
    }
