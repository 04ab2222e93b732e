"""``migrate`` where others use the tables."""

from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from shop.modules.inventory.models import Reservation
from tests.support import migrate_to

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, databases=["inventory"])]


@pytest.fixture
def _before() -> Iterator[None]:
    migrate_to("inventory", "0006_guard_the_ledger")
    yield
    migrate_to("inventory")


@pytest.fixture
def report() -> Iterator[None]:
    """Somebody reads for long, and holds up nobody but who wants the table alone."""
    reader = connections.create_connection("inventory")
    with reader.cursor() as cursor:
        reader.set_autocommit(False)
        cursor.execute("SELECT count(*) FROM inventory_reservation")
        yield
    reader.close()


@pytest.mark.usefixtures("_before", "report")
def test_a_migration_gives_up_before_all_others_wait_behind_it() -> None:
    with pytest.raises(CommandError, match=r"A table of inventory was in use for longer than 0\.2 s"):
        call_command("migrate", database="inventory", lock_timeout=0.2, verbosity=0)


@pytest.mark.usefixtures("_before")
def test_afterwards_the_session_waits_as_it_did() -> None:
    call_command("migrate", database="inventory", verbosity=0)

    with connections["inventory"].cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)
    assert not Reservation.objects.exists()
