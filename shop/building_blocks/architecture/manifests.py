"""The rules about manifests: what a module says of itself is so, also for who does not run it."""

from typing import Any

from django.core.checks import CheckMessage, Error

from shop.building_blocks import modules
from shop.building_blocks.architecture.dependencies import circle_of_queries, dependencies_of
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.modules import ModuleConfig


def dependencies_are_declared(**_: Any) -> list[CheckMessage]:
    return [
        _untrue(module, "depends_on", dependencies_of(module), "shop.E010")
        for module in modules.installed()
        if dependencies_of(module) != set(module.depends_on)
    ]


def consumed_events_are_declared(**_: Any) -> list[CheckMessage]:
    """A process that publishes them knows from it that somebody elsewhere wants them."""
    return [
        _untrue(module, "consumes", types_consumed(module.label), "shop.E011")
        for module in modules.installed()
        if types_consumed(module.label) != set(module.consumes)
    ]


def no_queries_go_in_a_circle(**_: Any) -> list[CheckMessage]:
    """Each would need all the others to be up, and could wait for itself. With events nobody waits."""
    circle = circle_of_queries()
    if not circle:
        return []
    message = f"Modules ask each other in a circle: {' -> '.join(circle)}."
    return [Error(message, hint="Let one of them keep what it asks for, from events.", id="shop.E012")]


RULES = (dependencies_are_declared, consumed_events_are_declared, no_queries_go_in_a_circle)


def _untrue(module: ModuleConfig, attribute: str, real: set[str], code: str) -> CheckMessage:
    declared = set(getattr(module, attribute))
    missing, excess = (", ".join(sorted(names)) for names in (real - declared, declared - real))
    return Error(
        f"{attribute} of {type(module).__name__} lacks {missing or 'nothing'}, and has {excess or 'nothing'} "
        "too much: the code says so.",
        hint=f"Let it be {tuple(sorted(real))}.",
        id=code,
    )
