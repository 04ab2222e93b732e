from django.apps import AppConfig
from django.core import checks


class DatabaseConfig(AppConfig):
    name = "shop.building_blocks.database"
    label = "module_databases"

    def ready(self) -> None:
        """Register the lookups, and the check of who owns which schema."""
        from shop.building_blocks.database import lookups, ownership  # noqa: F401, PLC0415

        checks.register(ownership.every_schema_is_its_modules_own, checks.Tags.database)
