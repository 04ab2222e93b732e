from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "shop.building_blocks.database"
    label = "module_databases"
