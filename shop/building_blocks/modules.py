"""What makes a Django app a module of the shop.

Import this file as a module (``from shop.building_blocks import modules``): a second AppConfig class in
the namespace of an ``apps.py`` makes Django ignore both of them.
"""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import ClassVar, cast

from django.apps import AppConfig, apps
from django.conf import settings


class ModuleConfig(AppConfig):
    """The manifest of a module: its label is also its database alias and its PostgreSQL schema."""

    owns: ClassVar[tuple[str, ...]] = ()
    """Labels of third-party apps whose tables live in this module's database."""
    extensions: ClassVar[tuple[str, ...]] = ()
    """PostgreSQL extensions that this module's tables need."""
    depends_on: ClassVar[tuple[str, ...]] = ()
    """Modules whose contracts this one uses: by their events, or by asking them."""
    consumes: ClassVar[tuple[str, ...]] = ()
    """Types of the events that it has consumers for, so that those are known where it does not run."""

    def ready(self) -> None:
        """Import every slice, so that its handlers and consumers are registered."""
        features = import_module(f"{self.name}.features")
        for slice_ in iter_modules(features.__path__, f"{features.__name__}."):
            import_module(slice_.name)


def installed() -> list[ModuleConfig]:
    """The modules that run in this process, in the order of INSTALLED_APPS."""
    return [config for config in apps.get_app_configs() if isinstance(config, ModuleConfig)]


def names() -> list[str]:
    return [config.label for config in installed()]


@cache
def known() -> list[ModuleConfig]:
    """All modules of the shop: of those that run elsewhere there is the manifest, and nothing is loaded."""
    here = {config.label: config for config in installed()}
    elsewhere = {name: path for name, path in settings.MODULES.items() if name not in here}
    manifests = here | {name: cast("ModuleConfig", AppConfig.create(elsewhere[name])) for name in elsewhere}
    return [manifests[name] for name in settings.MODULES]


@cache
def _owners() -> dict[str, str]:
    return {label: module.label for module in installed() for label in (module.label, *module.owns)}


def owner_of(app_label: str) -> str | None:
    """The module whose database holds the tables of a Django app; None when no module owns it."""
    return _owners().get(app_label)


def owned_by(module: str) -> list[str]:
    """The labels of the Django apps whose tables live in a module's database."""
    return [label for label, owner in _owners().items() if owner == module]


def extensions_of(module: str) -> tuple[str, ...]:
    """The PostgreSQL extensions that a module's database needs."""
    return next((config.extensions for config in installed() if config.label == module), ())


@cache
def module_of(python_path: str) -> str:
    """The module a piece of code belongs to: ``shop.modules.catalog.contracts`` is catalog's.

    Also when the catalog runs elsewhere. Raises LookupError for code outside the modules.
    """
    config = apps.get_containing_app_config(python_path)
    if isinstance(config, ModuleConfig):
        return config.label
    for module, path in settings.MODULES.items():
        if python_path.startswith(f"{path}."):
            return module
    raise LookupError(f"{python_path} belongs to no module: {list(settings.MODULES)}")
