"""Users, and what their groups let their tokens carry."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from django.utils.crypto import salted_hmac
from uuid_utils.compat import uuid7

from shop.modules.identity.contracts import UserNotFound


class User(AbstractUser):  # type: ignore[django-manager-missing]  # the toolkit is untyped
    """Somebody with an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    ended_sessions = models.PositiveIntegerField(
        default=0, editable=False, help_text="How often all sessions were ended."
    )

    @classmethod
    def locked(cls, user_id: UUID) -> "User":
        """The user, whose row is ours until the transaction ends. Raises UserNotFound."""
        user = cls.objects.select_for_update().filter(id=user_id).first()
        if user is None:
            raise UserNotFound(f"There is no user {user_id}.")
        return user

    def change(self, **fields: Any) -> None:
        """And raise the version, for who has seen the user as it was."""
        for field, value in fields.items():
            setattr(self, field, value)
        self.version += 1
        self.save(update_fields=[*fields, "version"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Sessions end with the password, as with Django, and whenever ``ended_sessions`` is raised."""
        signed = f"{self.password} {self.ended_sessions}"
        return salted_hmac("shop.session", signed, secret=secret, algorithm="sha256").hexdigest()

    def allowed_scopes(self) -> frozenset[str]:
        """What a token of this user may carry: what is one's own to tell, and what the groups add."""
        if self.is_superuser:
            return frozenset(settings.SCOPES)
        granted = GroupScopes.objects.filter(group__user=self).values_list("scopes", flat=True)
        return frozenset(settings.SCOPES_OF_EVERYBODY).union(*(scopes.split() for scopes in granted))


class GroupScopes(models.Model):
    """The scopes that the members of a group may let clients have."""

    group = models.OneToOneField(Group, models.CASCADE, primary_key=True, related_name="granted")
    scopes = models.TextField(blank=True, default="", help_text="by spaces")

    class Meta:
        verbose_name = verbose_name_plural = "scopes"

    def __str__(self) -> str:
        return self.scopes
