"""The administrator and the OAuth clients of a trial. Needs identity in this process."""

from contextlib import suppress

from django.conf import settings
from oauth2_provider.models import AbstractApplication

from shop.building_blocks.errors import Conflict
from shop.building_blocks.mediator import send
from shop.modules.identity.features.register_user import RegisterUser
from shop.modules.identity.models import Client, User

ADMIN = "admin"
CLIENT = "demo"
SECRET = "demo-secret"  # noqa: S105  the README tells everybody
BROWSER_CLIENT = "demo-spa"


def make() -> None:
    """Make what is missing; the client last, by which ``are_made`` tells."""
    _administrator()
    _clients()


def are_made() -> bool:
    made: bool = Client.objects.filter(client_id=CLIENT).exists()
    return made


def are_open() -> bool:
    """Whether there is a login that everybody knows."""
    administrator = User.objects.filter(username=ADMIN).first()
    return are_made() or (administrator is not None and administrator.check_password(ADMIN))


def _administrator() -> None:
    with suppress(Conflict):
        send(RegisterUser(username=ADMIN, email="admin@localhost", password=ADMIN))
    User.objects.filter(username=ADMIN).update(is_staff=True, is_superuser=True)


def _clients() -> None:
    """Not by the command, which lets nobody choose a secret."""
    Client.objects.get_or_create(
        client_id=BROWSER_CLIENT,
        defaults={
            "name": "Demo in the browser",
            "client_type": AbstractApplication.CLIENT_PUBLIC,
            "authorization_grant_type": AbstractApplication.GRANT_AUTHORIZATION_CODE,
            # The documentation's; RFC 8252, section 7.3: of this machine, any port is right.
            "redirect_uris": "http://127.0.0.1/callback http://127.0.0.1/oauth2-redirect.html",
            "scopes": "openid profile email catalog:read inventory:read",
        },
    )
    Client.objects.get_or_create(
        client_id=CLIENT,
        defaults={
            "name": "Demo",
            "client_secret": SECRET,
            "client_type": AbstractApplication.CLIENT_CONFIDENTIAL,
            "authorization_grant_type": AbstractApplication.GRANT_CLIENT_CREDENTIALS,
            "scopes": " ".join(settings.SCOPES),
        },
    )
