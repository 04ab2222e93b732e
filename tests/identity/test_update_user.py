import pytest
from uuid_utils.compat import uuid7

from shop.building_blocks.http.etags import StaleVersion
from shop.building_blocks.mediator import send
from shop.modules.identity.contracts import UserNotFound
from shop.modules.identity.features.activate_user import ActivateUser
from shop.modules.identity.features.deactivate_user import DeactivateUser, OwnAccount
from shop.modules.identity.features.set_password import SetPassword
from shop.modules.identity.models import AccessToken, User
from tests.identity.arrange import a_group, a_superuser, a_user, living_tokens, tokens_for, update
from tests.support import a_client_with

pytestmark = pytest.mark.django_db


def test_changes_names_address_rank_and_groups() -> None:
    alice, buyers = a_user(), a_group("Buyers", "catalog:read")

    update(alice, first_name="Alice", email="alice@EXAMPLE.com", is_staff=True, groups=frozenset({buyers}))

    user = User.objects.get(id=alice)
    assert (user.first_name, user.email, user.is_staff) == ("Alice", "alice@example.com", True)
    assert "catalog:read" in user.allowed_scopes()
    assert user.version == 2


def test_refuses_to_overwrite_what_was_not_seen() -> None:
    alice = a_user()
    update(alice, first_name="Alice")

    with pytest.raises(StaleVersion):
        update(alice, version=1, first_name="Bob")


def test_who_leaves_a_group_loses_the_tokens_with_its_scopes_and_no_others() -> None:
    alice = a_user(groups=frozenset({a_group("Buyers", "catalog:read"), a_group("Clerks", "users:read")}))
    tokens_for(alice, "openid", "catalog:read")
    kept = tokens_for(alice, "openid").access_token

    update(alice, groups=frozenset({a_group("Others")}))

    assert [token.pk for token in AccessToken.objects.all()] == [kept.pk]


def test_a_deactivated_user_is_out_at_once_and_everywhere() -> None:
    alice = a_user()
    tokens_for(alice, "openid")
    client = a_client_with("profile", user=alice)
    session = User.objects.get(id=alice).get_session_auth_hash()
    assert client.get("/api/v1/users/me").status_code == 200

    send(DeactivateUser(user_id=alice, by=a_superuser()))

    assert client.get("/api/v1/users/me").status_code == 401
    assert living_tokens() == 0
    assert User.objects.get(id=alice).get_session_auth_hash() != session


def test_who_is_let_in_again_logs_in_anew() -> None:
    alice, root = a_user(), a_superuser()
    tokens_for(alice, "openid")
    session = User.objects.get(id=alice).get_session_auth_hash()

    send(DeactivateUser(user_id=alice, by=root))
    send(ActivateUser(user_id=alice, by=root))

    user = User.objects.get(id=alice)
    assert user.is_active
    assert user.check_password("correct horse 1")
    assert user.get_session_auth_hash() != session
    assert living_tokens() == 0


def test_to_do_it_again_changes_nothing() -> None:
    alice, root = a_user(), a_superuser()

    for command in (DeactivateUser, DeactivateUser, ActivateUser, ActivateUser):
        send(command(user_id=alice, by=root))

    assert User.objects.get(id=alice).version == 3


def test_nobody_deactivates_themselves() -> None:
    root = a_superuser()

    with pytest.raises(OwnAccount):
        send(DeactivateUser(user_id=root, by=root))


def test_a_new_password_ends_what_was_begun_with_the_old_one() -> None:
    alice = a_user()
    tokens_for(alice, "openid")
    session = User.objects.get(id=alice).get_session_auth_hash()

    send(SetPassword(user_id=alice, by=a_superuser(), password="battery staple 2"))

    user = User.objects.get(id=alice)
    assert user.check_password("battery staple 2")
    assert user.get_session_auth_hash() != session
    assert living_tokens() == 0


def test_the_command_does_not_know_the_password() -> None:
    command = SetPassword(user_id=uuid7(), by=uuid7(), password="battery staple 2")

    assert "battery" not in repr(vars(command))


def test_nobody_is_not_found() -> None:
    root = a_superuser()

    for command in (DeactivateUser(user_id=uuid7(), by=root), ActivateUser(user_id=uuid7(), by=root)):
        with pytest.raises(UserNotFound):
            send(command)
