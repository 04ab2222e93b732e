"""In each database there are the tables of its module, and no others."""

import pytest
from django.conf import settings
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from shop.building_blocks.architecture.facts import tables_of
from shop.building_blocks.modules import owned_by


@pytest.mark.django_db
@pytest.mark.parametrize("module", settings.SHOP_MODULES)
def test_a_modules_database_holds_its_tables_only(module: str) -> None:
    tables = set(connections[module].introspection.table_names())

    assert tables == {*tables_of(module), "django_migrations"}


@pytest.mark.django_db
@pytest.mark.parametrize("module", settings.SHOP_MODULES)
def test_only_its_own_migrations_are_on_record(module: str) -> None:
    recorded = {app for app, _ in MigrationRecorder(connections[module]).applied_migrations()}

    assert recorded == set(owned_by(module))


@pytest.mark.django_db
def test_identity_knows_the_permissions_of_every_module() -> None:
    from django.contrib.auth.models import Permission  # noqa: PLC0415

    labels = set(Permission.objects.values_list("content_type__app_label", flat=True))

    assert set(settings.SHOP_MODULES) <= labels
