"""Users, groups and tokens to begin with."""

from datetime import timedelta
from secrets import token_urlsafe
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import Permission
from django.utils import timezone

from shop.building_blocks.http.etags import ExpectedVersion
from shop.building_blocks.mediator import send
from shop.modules.identity.features.create_group import CreateGroup
from shop.modules.identity.features.register_user import RegisterUser
from shop.modules.identity.features.update_user import UpdateUser
from shop.modules.identity.models import AccessToken, Client, RefreshToken, User


def a_superuser(username: str = "root") -> UUID:
    user = User.objects.filter(username=username).first() or User.objects.create_superuser(username)
    return user.pk


def a_user(username: str = "alice", *, groups: frozenset[int] = frozenset(), **fields: Any) -> UUID:
    known = {"email": f"{username}@example.org", "password": "correct horse 1"}
    user_id = send(RegisterUser(username=username, **known))
    if groups or fields:
        update(user_id, groups=groups, **fields)
    return user_id


def update(user_id: UUID, by: UUID | None = None, version: int | None = None, **fields: Any) -> None:
    """What is not named stays."""
    user = User.objects.get(id=user_id)
    names = ("email", "first_name", "last_name", "is_staff")
    known: dict[str, Any] = {name: getattr(user, name) for name in names}
    known["groups"] = frozenset(user.groups.values_list("pk", flat=True))
    expected = ExpectedVersion.of(version or user.version)
    send(UpdateUser(user_id=user_id, by=by or a_superuser(), expected=expected, **known | fields))


def permissions(*names: str) -> frozenset[int]:
    """``identity.change_user``"""
    found = {
        f"{one.content_type.app_label}.{one.codename}": one.pk
        for one in Permission.objects.select_related("content_type")
    }
    return frozenset(found[name] for name in names)


def a_group(name: str, *powers: str) -> int:
    """``a_group("Buyers", "catalog:read", "catalog.view_product")``"""
    scopes = frozenset(power for power in powers if ":" in power)
    named = permissions(*(power for power in powers if "." in power))
    return send(CreateGroup(name=name, scopes=scopes, permissions=named, by=a_superuser()))


def an_administrator(*powers: str, username: str = "boss") -> UUID:
    """Of staff, no superuser, with these powers."""
    return a_user(username, groups=frozenset({a_group(f"{username}s", *powers)}), is_staff=True)


def an_access_token(client: Client, *scopes: str, user_id: UUID | None = None) -> AccessToken:
    token: AccessToken = AccessToken.objects.create(
        user_id=user_id,
        application=client,
        token=token_urlsafe(),
        scope=" ".join(scopes),
        expires=timezone.now() + timedelta(minutes=5),
    )
    return token


def tokens_for(user_id: UUID, *scopes: str, client: Client | None = None) -> RefreshToken:
    """A refresh token and its access token, as a login gives them."""
    client = client or Client.objects.create(client_id=token_urlsafe())
    access = an_access_token(client, *scopes, user_id=user_id)
    token: RefreshToken = RefreshToken.objects.create(
        user_id=user_id,
        application=client,
        token=token_urlsafe(),
        access_token=access,
        token_family=uuid4(),
    )
    return token


def living_tokens() -> int:
    return int(AccessToken.objects.count() + RefreshToken.objects.filter(revoked=None).count())
