"""Change what a program may ask for, and where it may send users back to."""

from dataclasses import dataclass
from uuid import UUID

from shop.building_blocks.errors import Refusal
from shop.building_blocks.mediator import Command, handles
from shop.modules.identity.models import AccessToken, Client
from shop.modules.identity.models.powers import powers_of_client, require_powers
from shop.modules.identity.models.redirects import fit_redirect_uris
from shop.modules.identity.models.scopes import known_scopes
from shop.modules.identity.models.tokens import end_all, end_carrying


@dataclass(frozen=True, kw_only=True)
class UpdateClient(Command[None]):
    """Deactivated, it loses all its tokens and codes; else the tokens with a scope that it loses.

    ``by`` has to have every scope of it, before and after, or be a superuser.
    """

    client_id: str
    name: str
    scopes: frozenset[str]
    redirect_uris: tuple[str, ...]
    may_introspect: bool
    is_active: bool
    by: UUID


class KindOfClientStays(Refusal):
    """A client that lets users log in needs a redirect URI; one that acts for itself has none."""


class MayNotIntrospect(Refusal):
    """A public client has no secret to prove itself by: it may not introspect."""


@handles(UpdateClient)
def update_client(command: UpdateClient) -> None:
    client = Client.locked(command.client_id)
    require_powers(command.by, powers_of_client(client.given_scopes, client.may_introspect))
    scopes = known_scopes(command.scopes)
    require_powers(command.by, powers_of_client(scopes, command.may_introspect))
    if bool(command.redirect_uris) != client.lets_users_log_in:
        raise KindOfClientStays
    if command.may_introspect and client.is_public:
        raise MayNotIntrospect
    lost = client.given_scopes - scopes
    client.name = command.name
    client.scopes = " ".join(sorted(scopes))
    client.redirect_uris = fit_redirect_uris(command.redirect_uris)
    client.may_introspect = command.may_introspect
    client.is_active = command.is_active
    client.save(update_fields=["name", "scopes", "redirect_uris", "may_introspect", "is_active", "updated"])
    if client.is_active:
        end_carrying(lost, AccessToken.objects.filter(application=client))
    else:
        end_all(application=client)
