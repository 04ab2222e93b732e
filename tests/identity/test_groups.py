import pytest

from shop.building_blocks.mediator import send
from shop.modules.identity.features.delete_group import DeleteGroup
from shop.modules.identity.features.update_group import UpdateGroup
from shop.modules.identity.models import AccessToken, Group, User
from shop.modules.identity.models.groups import GroupNameTaken, GroupNotFound
from shop.modules.identity.models.scopes import UnknownScope
from tests.identity.arrange import a_group, a_superuser, a_user, permissions, tokens_for

pytestmark = pytest.mark.django_db


def change(group: int, name: str = "Buyers", *powers: str) -> None:
    scopes = frozenset(power for power in powers if ":" in power)
    named = permissions(*(power for power in powers if "." in power))
    send(UpdateGroup(group_id=group, name=name, scopes=scopes, permissions=named, by=a_superuser()))


def test_a_group_gives_its_members_scopes_and_permissions() -> None:
    buyers = a_group("Buyers", "catalog:read", "catalog.view_product")
    alice = User.objects.get(id=a_user(groups=frozenset({buyers})))

    assert alice.allowed_scopes() == {"openid", "profile", "email", "catalog:read"}
    assert alice.has_perm("catalog.view_product")


def test_it_is_renamed_and_gives_something_else() -> None:
    buyers = a_group("Buyers", "catalog:read", "catalog.view_product")
    alice = a_user(groups=frozenset({buyers}))

    change(buyers, "Clerks", "inventory:read")

    assert Group.objects.get().name == "Clerks"
    assert User.objects.get(id=alice).allowed_scopes() == {"openid", "profile", "email", "inventory:read"}
    assert not User.objects.get(id=alice).has_perm("catalog.view_product")


def test_what_is_taken_from_it_its_members_tokens_lose_at_once() -> None:
    buyers = a_group("Buyers", "catalog:read", "inventory:read")
    alice = a_user(groups=frozenset({buyers}))
    tokens_for(alice, "openid", "catalog:read")
    tokens_for(a_user("bob"), "catalog:read")
    kept = tokens_for(alice, "inventory:read").access_token

    change(buyers, "Buyers", "inventory:read")

    assert kept in AccessToken.objects.all()
    assert AccessToken.objects.count() == 2


def test_with_it_goes_what_it_gave() -> None:
    buyers = a_group("Buyers", "catalog:read")
    alice = a_user(groups=frozenset({buyers}))
    tokens_for(alice, "catalog:read")

    send(DeleteGroup(group_id=buyers, by=a_superuser()))

    assert not Group.objects.exists()
    assert not AccessToken.objects.exists()
    assert User.objects.get(id=alice).allowed_scopes() == {"openid", "profile", "email"}


def test_a_name_belongs_to_one_group() -> None:
    a_group("Buyers")
    clerks = a_group("Clerks")

    with pytest.raises(GroupNameTaken):
        a_group("Buyers")
    with pytest.raises(GroupNameTaken):
        change(clerks, "Buyers")


def test_it_gives_only_scopes_that_exist() -> None:
    with pytest.raises(UnknownScope, match="catalog:everything"):
        a_group("Greedy", "catalog:everything")


def test_one_that_is_gone_is_not_found() -> None:
    with pytest.raises(GroupNotFound):
        change(4711)
