from collections.abc import Callable

import pytest

from shop.building_blocks.mediator import send
from shop.modules.identity.features.revoke_access_token import RevokeAccessToken
from shop.modules.identity.features.revoke_refresh_token import RevokeRefreshToken
from shop.modules.identity.models import AccessToken, RefreshToken
from tests.identity.arrange import a_user, living_tokens, tokens_for

pytestmark = pytest.mark.django_db

REVOKE: list[Callable[[RefreshToken], RevokeAccessToken | RevokeRefreshToken]] = [
    lambda token: RevokeAccessToken(token.access_token_id),
    lambda token: RevokeRefreshToken(token.pk),
]


@pytest.mark.parametrize("revoke", REVOKE, ids=["access", "refresh"])
def test_neither_comes_back_by_the_other(revoke: Callable[[RefreshToken], RevokeAccessToken]) -> None:
    alice = a_user()
    ended, other = tokens_for(alice, "openid"), tokens_for(alice, "openid")

    send(revoke(ended))
    send(revoke(ended))

    assert [token.pk for token in AccessToken.objects.all()] == [other.access_token_id]
    assert [token.pk for token in RefreshToken.objects.filter(revoked=None)] == [other.pk]


def test_all_that_came_of_the_same_login_ends_with_it() -> None:
    alice = a_user()
    first, second = tokens_for(alice, "openid"), tokens_for(alice, "openid")
    RefreshToken.objects.filter(pk=second.pk).update(token_family=first.token_family)

    send(RevokeRefreshToken(first.pk))

    assert living_tokens() == 0


def test_their_names_tell_nothing_of_them() -> None:
    refresh = tokens_for(a_user(), "openid")

    access = AccessToken.objects.get()
    for token in (access, RefreshToken.objects.get(pk=refresh.pk)):
        assert token.token not in str(token)
        assert token.token_checksum not in str(token)
