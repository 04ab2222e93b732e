from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "shop.building_blocks.database"
    label = "module_databases"

    def ready(self) -> None:
        """Register the lookups."""
        from shop.building_blocks.database import lookups  # noqa: F401, PLC0415
