"""Users, and what their groups let their tokens carry."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.db import models
from uuid_utils.compat import uuid7


class User(AbstractUser):  # type: ignore[django-manager-missing]  # the toolkit is untyped
    """Somebody with an account."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

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
