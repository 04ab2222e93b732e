"""Which slice of which module consumes which event."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from shop.building_blocks import modules
from shop.building_blocks.messaging.events import IntegrationEvent
from shop.building_blocks.modules import module_of

E = TypeVar("E", bound=IntegrationEvent)


@dataclass(frozen=True, slots=True)
class Consumer:
    """``name`` is part of the inbox key: renaming a slice makes it handle old events again."""

    name: str
    event_type: type[IntegrationEvent]
    handle: Callable[[Any], None]


_consumers: defaultdict[str, dict[str, Consumer]] = defaultdict(dict)


def consumes(event_type: type[E]) -> Callable[[Callable[[E], None]], Callable[[E], None]]:
    """Call the decorated function once for every ``event_type``, in a transaction of its module."""

    def register(handler: Callable[[E], None]) -> Callable[[E], None]:
        consumers, name = _consumers[module_of(handler.__module__)], handler.__name__
        if name in consumers:
            raise TypeError(f"{handler.__module__} has a second consumer named {name}")
        consumers[name] = Consumer(name, event_type, handler)
        return handler

    return register


def consumers(module: str, event_type: str) -> list[Consumer]:
    return [one for one in _consumers[module].values() if one.event_type.type == event_type]


UNKNOWN = "unknown"
"""In the place of a consumer's name: nobody here knows the event's type."""


def unknown(event_type: str) -> Consumer:
    """Keeps an event of a type that this version does not know, until one comes that does."""

    def refuse(_event: IntegrationEvent) -> None:
        raise LookupError(f"nothing here consumes {event_type}; is this version older than the event?")

    return Consumer(UNKNOWN, IntegrationEvent, refuse)


def consumer(module: str, name: str) -> Consumer | None:
    return _consumers[module].get(name)


def types_consumed(module: str) -> set[str]:
    """The event types that a module has a consumer for; what runs elsewhere says so in its manifest."""
    if module in modules.names():
        return {one.event_type.type for one in _consumers[module].values()}
    return {event_type for one in modules.known() if one.label == module for event_type in one.consumes}


def types_consumed_elsewhere() -> set[str]:
    """The event types that modules want which do not run in this process."""
    absent = [one.label for one in modules.known() if one.label not in modules.names()]
    return {event_type for module in absent for event_type in types_consumed(module)}


def consumer_names(module: str) -> list[str]:
    return sorted(_consumers[module])
