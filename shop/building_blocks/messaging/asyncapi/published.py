"""Which events there are, and which modules want them: the same in every process, whatever runs in it."""

from typing import NamedTuple

from shop.building_blocks import modules
from shop.building_blocks.architecture.dependencies import events_of
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.building_blocks.messaging.registry import types_consumed


class Published(NamedTuple):
    module: str
    event: type[IntegrationEvent]
    consumers: list[str]
    """The modules that have a slice for it."""


def published() -> list[Published]:
    """By module, in the order of the contracts."""
    return [
        Published(module.label, event, consumers_of(event.type))
        for module in modules.known()
        for event in events_of(module)
    ]


def consumers_of(event_type: str) -> list[str]:
    return [module.label for module in modules.known() if event_type in types_consumed(module.label)]
