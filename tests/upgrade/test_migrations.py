"""The present migrations, on the database of the previous version while that is at work."""

import pytest

from tests.upgrade.books import Books
from tests.upgrade.conftest import Migration, tables_of
from tests.upgrade.shop import TwoVersions
from tools.blocking_migrations import blocking_statements
from tools.breaking_migrations import breaking_changes

pytestmark = pytest.mark.postgresql

READ = "docs/upgrades.md tells how it is done without:"


def test_customers_do_not_notice_them(shop: TwoVersions, migration: Migration) -> None:
    shop.run("previous web", "previous worker")

    assert migration.failures == []
    Books(shop).are_settled()
    Books(shop).agree_with(migration.customers)


def test_they_take_nothing_from_the_previous_version(shop: TwoVersions, migration: Migration) -> None:
    found = breaking_changes(migration.models, migration.tables, tables_of(shop))

    assert not found, "\n".join([READ, *found])


def test_they_hold_up_none_of_its_requests(migration: Migration) -> None:
    found = blocking_statements(migration.sql)

    assert not found, "\n".join([READ, *found])
