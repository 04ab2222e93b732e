"""What a module that runs here has, tells and asks: read from its code."""

from dataclasses import dataclass, fields

from django.apps import apps
from django.urls import get_resolver

from shop.building_blocks import modules
from shop.building_blocks.architecture.dependencies import asked_by, events_of, queries_of
from shop.building_blocks.architecture.rules import served
from shop.building_blocks.modules import ModuleConfig


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Names, in an order that does not change by itself."""

    tables: list[str]
    publishes: list[str]
    consumes: list[str]
    answers: list[str]
    asks: list[str]
    operations: list[str]

    @classmethod
    def of(cls, module: ModuleConfig) -> "Facts":
        return cls(
            tables=tables_of(module.label),
            publishes=sorted(event.type for event in events_of(module)),
            consumes=sorted(module.consumes),
            answers=sorted(f"{module.label}.{query.__name__}" for query in queries_of(module)),
            asks=sorted(f"{other}.{query.__name__}" for other, query in asked_by(module)),
            operations=sorted(_operations(module)),
        )

    def kinds(self) -> list[tuple[str, list[str]]]:
        return [(field.name, getattr(self, field.name)) for field in fields(self)]


def tables_of(module: str) -> list[str]:
    """Those in the module's database, but for Django's own record of migrations."""
    names = {  # each once: a proxy model has the table of another
        model._meta.db_table
        for label in modules.owned_by(module)
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.swapped
    }
    return sorted(names)


def _operations(module: ModuleConfig) -> list[str]:
    """By their names in the OpenAPI document."""
    endpoints = served(get_resolver().url_patterns)
    inside = [one for one in endpoints if one.__module__.startswith(f"{module.name}.")]
    return [one.__name__.removesuffix("Endpoint") for one in inside]
