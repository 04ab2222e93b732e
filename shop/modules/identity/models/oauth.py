"""OAuth's clients and authorization codes: the toolkit's, with what it leaves out.

They are ours from the first migration: swapping a model later would mean moving rows and foreign keys by
hand.
"""

from hashlib import sha256
from typing import Any, Self
from urllib.parse import urlsplit

from django.db import models
from django.http import HttpRequest
from oauth2_provider.models import AbstractApplication, AbstractGrant, ApplicationManager

from shop.building_blocks.errors import NotFound


class ClientNotFound(NotFound):
    """There is no such client."""


class Client(AbstractApplication):
    """A program that may ask for tokens, RFC 6749, section 2."""

    scopes = models.TextField(blank=True, default="", help_text="what it may ask for, by spaces")
    is_active = models.BooleanField(default=True, help_text="Off: its tokens stop working at once.")
    may_introspect = models.BooleanField(
        default=False, help_text="It may ask whom any token stands for, RFC 7662: for resource servers only."
    )

    # The toolkit lets each client choose; ours have no choice.
    algorithm = AbstractApplication.RS256_ALGORITHM
    hash_client_secret = True
    skip_authorization = False

    objects = ApplicationManager()

    class Meta:
        verbose_name = "client"

    @classmethod
    def locked(cls, client_id: str) -> Self:
        """The client, whose row is ours until the transaction ends. Raises ClientNotFound."""
        client: Self | None = cls.objects.select_for_update().filter(client_id=client_id).first()
        if client is None:
            raise ClientNotFound(f"There is no client {client_id}.")
        return client

    @property
    def given_scopes(self) -> frozenset[str]:
        return frozenset(self.scopes.split())

    @property
    def lets_users_log_in(self) -> bool:
        return bool(self.authorization_grant_type == self.GRANT_AUTHORIZATION_CODE)

    @property
    def is_public(self) -> bool:
        return bool(self.client_type == self.CLIENT_PUBLIC)

    def natural_key(self) -> tuple[str]:
        return (self.client_id,)

    def is_usable(self, request: HttpRequest) -> bool:
        return self.is_active

    def redirect_uri_allowed(self, uri: str) -> bool:
        """By comparing strings, RFC 9700, section 4.1.3; only the port of a loopback address is free.

        The toolkit compares URIs in a lenient way: case of the host, order of the query.
        """
        registered = uri in self.redirect_uris.split()
        return registered or (_is_loopback(uri) and super().redirect_uri_allowed(uri))


def _is_loopback(uri: str) -> bool:
    """RFC 8252, section 7.3: native applications listen on a port that the system chose."""
    return urlsplit(uri).hostname in {"127.0.0.1", "::1"}


class DigestField(models.CharField[str, str]):
    """Text of which only the SHA-256 is kept; what is looked up is hashed on the way in.

    Only for random text: there is no salt.
    """

    def get_prep_value(self, value: Any) -> Any:
        return value if value is None else sha256(str(value).encode()).hexdigest()

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add:
            setattr(model_instance, self.attname, self.get_prep_value(getattr(model_instance, self.attname)))
        return getattr(model_instance, self.attname)


class Grant(AbstractGrant):
    """An authorization code. It stays after its use, so that its second use is noticed."""

    code = DigestField(max_length=255, unique=True)
    consumed_at = models.DateTimeField(null=True, editable=False)
    token_family = models.UUIDField(
        null=True, editable=False, help_text="of the refresh tokens that it was exchanged for"
    )
