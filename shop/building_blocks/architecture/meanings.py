"""The rule about what is told to strangers: it says what it means, which is all that they have to go by."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error

from shop.building_blocks import modules
from shop.building_blocks.architecture.dependencies import events_of
from shop.building_blocks.messaging.asyncapi.schemas import Schema, data_schema
from shop.building_blocks.messaging.events import IntegrationEvent


def every_event_says_what_it_means(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{what}.",
            hint="/docs/events shows it: a docstring for a class, for a field "
            "Annotated[..., Meta(description=..., examples=[...])].",
            id="shop.E014",
        )
        for module in modules.installed()
        for event in events_of(module)
        for what in _unsaid(event)
    ]


RULES = (every_event_says_what_it_means,)


def _unsaid(event: type[IntegrationEvent]) -> Iterator[str]:
    schema = data_schema(event, event.type)
    for shape in (schema, *schema.get("$defs", {}).values()):
        if not shape["description"]:
            yield f"{shape['title']} has no docstring that says what it means"
        for name, field in shape.get("properties", {}).items():
            if not _is_told(field):
                yield f"{shape['title']}.{name} has no Meta with a description and an example"


def _is_told(field: Schema) -> bool:
    """What is a shape of its own has its own words; the example of a list is made of such."""
    if "$ref" in field:
        return True
    has_example = bool(field.get("examples")) or field.get("type") == "array"
    return bool(field.get("description")) and has_example
