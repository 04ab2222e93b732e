from django.apps import AppConfig
from django.core import checks


class ArchitectureConfig(AppConfig):
    name = "shop.building_blocks.architecture"

    def ready(self) -> None:
        from shop.building_blocks.architecture import rules  # noqa: PLC0415  needs the apps

        for rule in rules.RULES:
            checks.register(rule, checks.Tags.compatibility)
