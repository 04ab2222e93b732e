"""Bearer tokens: looked up once in a few seconds, and never believed longer than that."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from oauth2_provider.models import AccessToken
from pytest_django.fixtures import Settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from shop.building_blocks.http.endpoints import Endpoint
from shop.modules.catalog.features.list_products import ListProductsEndpoint
from shop.modules.identity.features.register_user import RegisterUserEndpoint
from shop.modules.identity.models import Client, User
from shop.modules.identity.oauth.bearer import BearerAuthentication
from tests.support import a_client_with

pytestmark = pytest.mark.django_db
PRODUCTS = "/api/v1/products"


@pytest.fixture
def _never_remembered(settings: Settings) -> None:
    settings.BEARER_CACHE_SECONDS = 0


def authorization(client: Any) -> str:
    return str(client._credentials["HTTP_AUTHORIZATION"])


def alices(client: APIClient) -> User:
    """The client's token becomes one that stands for Alice."""
    alice = User.objects.create_user("alice")
    AccessToken.objects.update(user=alice)
    return alice


def test_the_second_request_asks_the_database_nothing_about_its_token() -> None:
    reader = a_client_with("catalog:read")
    with CaptureQueriesContext(connections["identity"]) as first:
        reader.get(PRODUCTS)
    with CaptureQueriesContext(connections["identity"]) as second:
        assert reader.get(PRODUCTS).status_code == 200

    assert (len(first), len(second)) == (1, 0)


def test_a_revoked_token_may_read_a_moment_longer_where_it_was_seen() -> None:
    reader = a_client_with("catalog:read")
    reader.get(PRODUCTS)

    AccessToken.objects.all().delete()

    assert reader.get(PRODUCTS).status_code == 200


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_it_changes_nothing_any_more(method: str) -> None:
    writer = a_client_with("catalog:read", "catalog:write")
    writer.get(PRODUCTS)
    AccessToken.objects.all().delete()

    path = PRODUCTS if method == "post" else f"{PRODUCTS}/{uuid4()}"
    assert getattr(writer, method)(path, {}).status_code == 401


class SensitiveEndpoint(ListProductsEndpoint):
    home = ListProductsEndpoint.__module__
    is_sensitive = True


def test_at_a_sensitive_endpoint_it_does_not_and_then_nowhere() -> None:
    reader = a_client_with("catalog:read")
    reader.get(PRODUCTS)
    AccessToken.objects.all().delete()

    assert ask(SensitiveEndpoint, reader).status_code == 401
    assert reader.get(PRODUCTS).status_code == 401


def ask(endpoint: type[Endpoint], client: APIClient) -> Any:
    request = APIRequestFactory().get("/", headers={"Authorization": authorization(client)})
    return endpoint.as_view()(request)


def test_what_is_not_valid_is_not_remembered() -> None:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Bearer soon-a-token")
    assert client.get(PRODUCTS).status_code == 401

    expires = timezone.now() + timedelta(minutes=5)
    owner = Client.objects.create(client_id="owner")
    AccessToken.objects.create(token="soon-a-token", scope="catalog:read", expires=expires, application=owner)

    assert client.get(PRODUCTS).status_code == 200


@pytest.mark.usefixtures("_never_remembered")
@pytest.mark.parametrize(
    "spoil",
    [
        lambda: AccessToken.objects.all().delete(),
        lambda: AccessToken.objects.update(expires=timezone.now()),
        lambda: AccessToken.objects.update(application=None),
        lambda: AccessToken.objects.update(resource=["https://elsewhere.example"]),
        lambda: Client.objects.all().delete(),
        lambda: User.objects.update(is_active=False),
        lambda: User.objects.all().delete(),
    ],
    ids=["revoked", "expired", "of no client", "for others", "client gone", "user inactive", "user gone"],
)
def test_a_token_that_is_not_valid_any_more(spoil: Callable[[], object]) -> None:
    reader = a_client_with("catalog:read")
    alices(reader)
    assert reader.get(PRODUCTS).status_code == 200

    spoil()

    assert reader.get(PRODUCTS).status_code == 401


def test_nothing_is_believed_beyond_its_expiry(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BEARER_CACHE_SECONDS = 3600
    reader = a_client_with("catalog:read")
    assert reader.get(PRODUCTS).status_code == 200

    in_an_hour = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: in_an_hour)

    assert reader.get(PRODUCTS).status_code == 401


@pytest.mark.parametrize("header", ["bearer {}", "BEARER {}", "Bearer  {}"])
def test_the_scheme_is_read_generously(header: str) -> None:
    reader = a_client_with("catalog:read")
    token = authorization(reader).partition(" ")[2]
    reader.credentials(HTTP_AUTHORIZATION=header.format(token))

    assert reader.get(PRODUCTS).status_code == 200


def test_a_token_counts_in_the_header_only() -> None:
    reader = a_client_with("catalog:read")
    token = authorization(reader).partition(" ")[2]
    reader.credentials()

    assert reader.get(f"{PRODUCTS}?access_token={token}").status_code == 401


def test_identitys_own_endpoints_are_all_sensitive() -> None:
    authenticator = BearerAuthentication()

    assert authenticator.is_sensitive(RegisterUserEndpoint())
    assert not authenticator.is_sensitive(ListProductsEndpoint())


class WhoEndpoint(Endpoint):
    home = ListProductsEndpoint.__module__
    required_scopes = ["catalog:read"]

    def get(self, request: Request) -> Response:
        return Response(request.auth)


def test_an_endpoint_may_ask_who_sends_the_request() -> None:
    """A user by a client, in terms that nobody changes."""
    reader = a_client_with("catalog:read")
    alice = alices(reader)

    who = ask(WhoEndpoint, reader).data

    assert (who.user_id, who.client_id) == (alice.id, Client.objects.get().client_id)
    assert who.scopes == {"catalog:read"}
