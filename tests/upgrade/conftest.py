"""One shop for all tests: the previous version set it up, the present one migrated it while it was open."""

import json
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.acceptance.processes import MODULES
from tests.acceptance.shops import prepared
from tests.upgrade.customers import Customers
from tests.upgrade.previous import previous_version
from tests.upgrade.shop import TwoVersions
from tools.breaking_migrations import COLUMNS, Models, Tables, tables

MODELS = """
import json
from django.apps import apps
print(json.dumps({
    model._meta.db_table: {field.column: field.null for field in model._meta.local_concrete_fields}
    for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy
}))
"""
UNAPPLIED = """
from tools.blocking_migrations import unapplied
for module in {modules}:
    print(unapplied(module))
"""


class Migration(NamedTuple):
    """How it went, and what there was before."""

    customers: Customers
    failures: list[str]
    models: Models
    tables: Tables
    sql: str


def tables_of(shop: TwoVersions) -> Tables:
    return tables(row for module in MODULES for row in shop.ask(module, COLUMNS.format(module)))


@pytest.fixture(scope="session")
def a_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoVersions]:
    shop = TwoVersions(tmp_path_factory.mktemp("upgrade", numbered=True), previous_version())
    with prepared(shop):
        yield shop


@pytest.fixture(scope="session")
def migration(a_shop: TwoVersions) -> Migration:
    models, before = json.loads(a_shop.run_python(MODELS)), tables_of(a_shop)
    a_shop.run("previous web", "previous worker")
    customers = Customers(a_shop)
    a_shop.asked = "present"
    sql = a_shop.run_python(UNAPPLIED.format(modules=MODULES))
    with customers.buying():
        a_shop.manage("prepare")
    return Migration(customers, customers.failures, models, before, sql)


@pytest.fixture
def customers(migration: Migration) -> Customers:
    """Who bought meanwhile."""
    return migration.customers


@pytest.fixture
def shop(a_shop: TwoVersions, migration: Migration) -> TwoVersions:
    """Which processes run is for each test to say."""
    return a_shop
