"""What every test may use."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from pytest_django.fixtures import Settings
from rest_framework.test import APIClient

from shop.building_blocks.limits.limiter import limiter
from shop.building_blocks.mediator import mediator
from shop.building_blocks.rpc.client.remote import Remote
from shop.building_blocks.rpc.contract import contract_of
from tools.private_server import free_port

DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "admin_client"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    leave_to_the_other_pass(config, items)
    allow_databases_by_folder(items)


def leave_to_the_other_pass(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about PostgreSQL and RabbitMQ themselves has a pass with both in ``make test``."""
    theirs = [item for item in items if not settings.BROKER_URL and item.get_closest_marker("postgresql")]
    if theirs:
        items[:] = [item for item in items if item not in theirs]
        config.hook.pytest_deselected(items=theirs)


def allow_databases_by_folder(items: list[pytest.Item]) -> None:
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
def _fast_and_forgetful(settings: Settings) -> None:
    """Passwords that cost nothing to hash, and nobody throttled for an earlier test."""
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher",
        settings.PASSWORD_HASHERS[-1],
    ]
    limiter.cache_clear()


@pytest.fixture(autouse=True)
def _ledger_is_let_go(_django_db_marker: None, request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test with transactions SQLite empties tables row by row, and the ledger lets none go."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if marker is None or "inventory" not in marker.kwargs["databases"]:
        return
    inventory = connections["inventory"]
    if inventory.vendor == "sqlite" and not inventory.in_atomic_block:
        with inventory.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute("DELETE FROM inventory_movement")
            for _, definition in triggers:
                cursor.execute(definition)


@pytest.fixture
def inventory_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs in another process, as far as can be told, for nobody answers there."""
    remote = Remote(contract_of("inventory"), f"127.0.0.1:{free_port()}")
    for query in contract_of("inventory").questions:
        monkeypatch.setitem(mediator._handlers, query, remote)


@pytest.fixture
def anonymous() -> APIClient:
    return APIClient()
