import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from shop.modules.identity.models import User
from tests.identity.arrange import a_user, update
from tests.support import a_client_with

pytestmark = pytest.mark.django_db
ME = "/api/v1/users/me"


@pytest.mark.parametrize(
    ("scopes", "fields"),
    [
        (["openid"], {"id", "version"}),
        (["catalog:read"], {"id", "version"}),
        (["profile"], {"id", "version", "username", "first_name", "last_name"}),
        (["email"], {"id", "version", "email"}),
        (["profile", "email"], {"id", "version", "username", "first_name", "last_name", "email"}),
    ],
)
def test_shows_as_much_as_the_scopes_let_the_client_see(scopes: list[str], fields: set[str]) -> None:
    alice = a_user("alice", first_name="Alice")

    answer = a_client_with(*scopes, user=alice).get(ME)

    assert answer.status_code == 200
    assert set(answer.json()) == fields
    user = User.objects.get(id=alice)
    assert answer.json() == {"id": str(alice)} | {name: getattr(user, name) for name in fields - {"id"}}


def test_takes_one_query_besides_that_for_the_token() -> None:
    client = a_client_with("profile", user=a_user())
    client.get(ME)  # it takes permits for the next ones, too

    with CaptureQueriesContext(connections["identity"]) as queries:
        client.get(ME)

    assert len(queries) == 2


def test_a_client_by_itself_is_nobody() -> None:
    answer = a_client_with("profile").get(ME)

    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:shop:problem:user-required"
    assert 'error="insufficient_scope"' in answer["WWW-Authenticate"]


def test_what_was_seen_is_not_sent_again_until_it_changes() -> None:
    alice = a_user()
    client = a_client_with("profile", user=alice)
    seen = client.get(ME)["ETag"]
    assert client.get(ME, headers={"If-None-Match": seen}).status_code == 304

    update(alice, first_name="Alicia")

    assert client.get(ME, headers={"If-None-Match": seen}).json()["first_name"] == "Alicia"


def test_a_tag_belongs_to_what_a_token_may_see() -> None:
    alice = a_user()
    seen = a_client_with("profile", user=alice).get(ME)["ETag"]

    answer = a_client_with("profile", "email", user=alice).get(ME, headers={"If-None-Match": seen})

    assert answer.json()["email"] == "alice@example.org"
