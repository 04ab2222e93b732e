"""Every model reads and writes in the database of the module that owns its app."""

from typing import Any

from django.db.models import Model

from shop.building_blocks.modules import owner_of


class ModuleRouter:
    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return owner_of(model._meta.app_label)

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **_hints: Any) -> bool:
        return owner_of(one._meta.app_label) == owner_of(other._meta.app_label)

    def allow_migrate(self, db: str, app_label: str, **_hints: Any) -> bool:
        return owner_of(app_label) == db
