"""The AsyncAPI document: who sends which event by which routing key, and who reads it from which queue.

https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings

from shop.building_blocks.messaging.asyncapi.examples import example
from shop.building_blocks.messaging.asyncapi.published import Published, published
from shop.building_blocks.messaging.asyncapi.schemas import Schema, components, summary
from shop.building_blocks.messaging.events import CONTENT_TYPE
from shop.building_blocks.messaging.rabbitmq import bindings
from shop.building_blocks.messaging.settings import limits

Node = dict[str, Any]


def document() -> Node:
    """Of all modules, also when only some run here."""
    events = published()
    envelope, data, shapes = components([one.event for one in events], "#/components/schemas/")
    return {
        "asyncapi": "3.0.0",
        "info": settings.ASYNCAPI_INFO,
        "defaultContentType": CONTENT_TYPE,
        "channels": _channels(events),
        "operations": _operations(events),
        "components": {
            "parameters": {"partition": _partition()},
            "messages": {
                one.event.type: _message(one, envelope, schema)
                for one, schema in zip(events, data, strict=True)
            },
            "schemas": shapes,
        },
    }


def _channels(events: Iterable[Published]) -> Node:
    """One for each event, as it is sent, and one for each module that consumes any."""
    sent = {
        one.event.type: bindings.sent_to(one.event.type) | _channel("Where it is published", [one])
        for one in events
    }
    queues = {
        module: bindings.read_from(module)
        | _channel(f"All that {module} consumes", [one for one in events if module in one.consumers])
        for module in _consuming(events)
    }
    return sent | queues


def _channel(title: str, events: Iterable[Published]) -> Node:
    return {
        "title": title,
        "messages": {one.event.type: _reference("components", "messages", one.event.type) for one in events},
        "parameters": {"partition": _reference("components", "parameters", "partition")},
    }


def _partition() -> Node:
    return {
        "description": "CRC-32 of the subject, modulo their number: one aggregate, one partition.",
        "enum": [str(partition) for partition in range(limits().partitions)],
    }


def _operations(events: Iterable[Published]) -> Node:
    sends = {
        f"{one.module}.send.{one.event.type}": _operation(
            "send", one.module, one.event.type, one, bindings.sending(wanted=bool(one.consumers))
        )
        for one in events
    }
    receives = {
        f"{module}.receive.{one.event.type}": _operation("receive", module, module, one, bindings.receiving())
        for one in events
        for module in one.consumers
    }
    return sends | receives


def _operation(action: str, module: str, channel: str, one: Published, amqp: Node) -> Node:
    return {
        "action": action,
        "channel": _reference("channels", channel),
        "messages": [_reference("channels", channel, "messages", one.event.type)],
        "tags": [{"name": module}],
        "bindings": amqp,
    }


def _message(one: Published, envelope: Schema, data: Schema) -> Node:
    return {
        "name": one.event.type,
        "title": one.event.__name__,
        "summary": summary(one.event),
        "tags": [{"name": one.module}],
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "allOf": [envelope, {"type": "object", "properties": _always(one) | {"data": data}}],
        },
        "examples": [{"name": one.event.__name__, "payload": example(one)}],
    }


def _always(one: Published) -> Node:
    return {"type": {"const": one.event.type}, "source": {"const": f"/{one.module}"}}


def _consuming(events: Iterable[Published]) -> list[str]:
    return sorted({module for one in events for module in one.consumers})


def _reference(*path: str) -> Node:
    return {"$ref": f"#/{'/'.join(path)}"}
