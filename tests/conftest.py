"""What every test may use."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from rest_framework.test import APIClient

from tests.support import a_client_with

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "admin_client", "client_with"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests in a module's folder may touch that module's database, and no other one.

    Everybody else gets every module's. The empty ``default`` is nobody's.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        wanted = DATABASE_FIXTURES & set(getattr(item, "fixturenames", ()))
        if not (marker or wanted) or (marker and "databases" in marker.kwargs):
            continue
        folder = Path(item.path).parent.name
        databases = [folder] if folder in settings.SHOP_MODULES else settings.SHOP_MODULES
        known = marker.kwargs if marker else {}
        item.add_marker(pytest.mark.django_db(**known, databases=databases), append=False)


@pytest.fixture(autouse=True)
def _fast_and_forgetful(settings: pytest.FixtureRequest) -> None:
    """Passwords that cost nothing to hash, and nobody throttled for an earlier test."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    cache.clear()


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()


@pytest.fixture
def client_with(db: None) -> object:
    """``client_with("catalog:read")`` calls the API with a token of these scopes."""
    return a_client_with


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Some tests are about PostgreSQL and RabbitMQ themselves; ``make test`` has a pass with both."""
    if item.get_closest_marker("postgresql") and not settings.BROKER_URL:
        pytest.skip("of PostgreSQL and RabbitMQ; the other pass runs it")
