"""What nobody can use any more is deleted; what recognises a replay is kept."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from oauth2_provider.models import AccessToken, IDToken, RefreshToken

from shop.modules.identity.features.forget_expired_logins import forget_expired_logins
from shop.modules.identity.models import Grant
from tests.identity.flows import a_user, an_application, by, can_introspect, opens, refreshed, tokens_for

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=60)


def test_what_is_in_use_stays() -> None:
    client = an_application()
    tokens = tokens_for(a_user(), client)

    forget_expired_logins()

    assert opens(tokens["access_token"])
    assert refreshed(client, tokens["refresh_token"]).status_code == 200


def test_what_has_expired_goes() -> None:
    tokens_for(a_user())
    by(can_introspect(scopes="catalog:read"), grant_type="client_credentials")
    for model in (AccessToken, IDToken, Grant):
        model._default_manager.update(expires=timezone.now() - LONG_AGO)
    Session.objects.update(expire_date=timezone.now() - LONG_AGO)

    forget_expired_logins()
    forget_expired_logins()  # an id_token goes after the access token that it belongs to

    left = {
        model.__name__: model._default_manager.count()
        for model in (AccessToken, IDToken, RefreshToken, Grant)
    }
    assert left == {"AccessToken": 0, "IDToken": 0, "RefreshToken": 0, "Grant": 0}
    assert not Session.objects.exists()


def test_a_rotated_token_is_kept_so_that_its_replay_is_noticed() -> None:
    client = an_application()
    first = tokens_for(a_user(), client)
    second = refreshed(client, first["refresh_token"]).json()

    forget_expired_logins()
    refreshed(client, first["refresh_token"])

    assert not opens(second["access_token"])
