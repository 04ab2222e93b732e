"""Who may administer users does not become an administrator of everything by it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from shop.building_blocks.mediator import Command, send
from shop.modules.identity.features.activate_user import ActivateUser
from shop.modules.identity.features.create_client import CreateClient
from shop.modules.identity.features.create_group import CreateGroup
from shop.modules.identity.features.deactivate_user import DeactivateUser
from shop.modules.identity.features.delete_group import DeleteGroup
from shop.modules.identity.features.rotate_client_secret import RotateClientSecret
from shop.modules.identity.features.set_password import SetPassword
from shop.modules.identity.features.update_client import UpdateClient
from shop.modules.identity.features.update_group import UpdateGroup
from shop.modules.identity.models import Client, User
from shop.modules.identity.models.powers import PowerNotHeld
from tests.identity.arrange import (
    a_group,
    a_superuser,
    a_user,
    an_administrator,
    permissions,
    update,
)

pytestmark = pytest.mark.django_db

OF_USERS = ("identity.change_user", "identity.add_group", "identity.add_client", "catalog:read")


@pytest.fixture
def boss(db: None) -> UUID:
    """Administers users, and may read the catalog."""
    return an_administrator(*OF_USERS)


ON_USERS: dict[str, Callable[[UUID, UUID], Command[Any]]] = {
    "deactivate": lambda user, by: DeactivateUser(user_id=user, by=by),
    "activate": lambda user, by: ActivateUser(user_id=user, by=by),
    "password": lambda user, by: SetPassword(user_id=user, by=by, password="battery staple 2"),
}


@pytest.mark.parametrize("name", ON_USERS)
def test_who_has_less_has_no_say_over_who_has_more(boss: UUID, name: str) -> None:
    clerk = an_administrator("inventory:write", username="clerk")
    sleeper = an_administrator("inventory.change_reservation", username="sleeper")
    send(DeactivateUser(user_id=sleeper, by=a_superuser()))

    for stronger in (a_superuser(), clerk, sleeper):
        with pytest.raises(PowerNotHeld):
            send(ON_USERS[name](stronger, boss))


@pytest.mark.parametrize("name", ON_USERS)
def test_who_has_as_much_has_a_say(boss: UUID, name: str) -> None:
    send(ON_USERS[name](a_user(), boss))


def test_superusers_are_changed_by_superusers_only(boss: UUID) -> None:
    with pytest.raises(PowerNotHeld):
        update(a_superuser(), by=boss, email="boss@example.org")

    update(a_superuser("second"), by=a_superuser(), email="root@example.org")
    assert User.objects.get(username="second").email == "root@example.org"


def test_nobody_gives_themselves_or_friends_a_group_of_more_power(boss: UUID) -> None:
    friend = a_user("friend")
    for group in (a_group("Writers", "catalog:write"), a_group("Keepers", "inventory.change_reservation")):
        for user in (boss, friend):
            with pytest.raises(PowerNotHeld):
                update(user, by=boss, groups=frozenset({group}))


def test_a_group_of_no_more_power_can_be_given(boss: UUID) -> None:
    friend = a_user("friend")

    update(friend, by=boss, groups=frozenset({a_group("Readers", "catalog:read")}))

    assert "catalog:read" in User.objects.get(id=friend).allowed_scopes()


def test_groups_are_made_changed_and_deleted_within_ones_own_power(boss: UUID) -> None:
    readers, writers = a_group("Readers", "catalog:read"), a_group("Writers", "catalog:write")
    none: frozenset[Any] = frozenset()
    write, keep = frozenset({"catalog:write"}), permissions("inventory.change_reservation")

    for command in (
        CreateGroup(name="Mine", scopes=write, permissions=none, by=boss),
        CreateGroup(name="Mine", scopes=none, permissions=keep, by=boss),
        UpdateGroup(group_id=readers, name="Readers", scopes=write, permissions=none, by=boss),
        UpdateGroup(group_id=writers, name="Writers", scopes=none, permissions=none, by=boss),
        DeleteGroup(group_id=writers, by=boss),
    ):
        with pytest.raises(PowerNotHeld):
            send(command)
    send(CreateGroup(name="Mine", scopes=frozenset({"catalog:read"}), permissions=none, by=boss))
    send(DeleteGroup(group_id=readers, by=boss))


def test_clients_are_given_within_ones_own_power(boss: UUID) -> None:
    strong = send(CreateClient(name="Strong", scopes=("catalog:write",)))
    weak = send(CreateClient(name="Weak", scopes=("catalog:read",), by=boss))
    same: dict[str, Any] = {"name": "Weak", "redirect_uris": (), "is_active": True, "by": boss}

    for command in (
        CreateClient(name="Mine", scopes=("catalog:write",), by=boss),
        CreateClient(name="Mine", scopes=("catalog:read",), may_introspect=True, by=boss),
        RotateClientSecret(client_id=strong.client_id, by=boss),
        UpdateClient(client_id=strong.client_id, scopes=frozenset(), may_introspect=False, **same),
        UpdateClient(
            client_id=weak.client_id, scopes=frozenset({"catalog:write"}), may_introspect=False, **same
        ),
        UpdateClient(
            client_id=weak.client_id, scopes=frozenset({"catalog:read"}), may_introspect=True, **same
        ),
    ):
        with pytest.raises(PowerNotHeld):
            send(command)
    send(RotateClientSecret(client_id=weak.client_id, by=boss))


def test_a_refused_change_leaves_nothing_behind(boss: UUID) -> None:
    friend, writers = a_user("friend"), a_group("Writers", "catalog:write")

    with pytest.raises(PowerNotHeld):
        update(friend, by=boss, first_name="Changed", groups=frozenset({writers}))
    with pytest.raises(PowerNotHeld):
        send(CreateClient(name="Mine", scopes=("catalog:write",), by=boss))

    user = User.objects.get(id=friend)
    assert (user.first_name, user.version, user.groups.count()) == ("", 1, 0)
    assert not Client.objects.exists()
