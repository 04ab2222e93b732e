"""The topology in the words of AsyncAPI: what `topology.py` declares, and how it is published and read.

https://github.com/asyncapi/bindings/blob/master/amqp/README.md, version 0.3.0
"""

from typing import Any

from shop.building_blocks.messaging.rabbitmq.topology import (
    DURABLE,
    EXCHANGE_TYPE,
    QUEUE_ARGUMENTS,
    exchange,
    queue,
    routing_key,
)

_VERSION = "0.3.0"
PARTITION = "{partition}"


def sent_to(event_type: str) -> dict[str, Any]:
    """The channel of an event: the routing keys that it is published by."""
    named = {"name": exchange(), "type": EXCHANGE_TYPE, **_lasting()}
    return {"address": routing_key(event_type, PARTITION), "bindings": _amqp("routingKey", exchange=named)}


def read_from(module: str) -> dict[str, Any]:
    """The channel of a module: the queues that what it consumes arrives in."""
    name = queue(module, PARTITION)
    named = {"name": name, **_lasting(), "exclusive": False, "x-arguments": QUEUE_ARGUMENTS}
    return {"address": name, "bindings": _amqp("queue", queue=named)}


def sending(*, wanted: bool) -> dict[str, Any]:
    """What no module wants the broker may drop."""
    return {"amqp": {"deliveryMode": 2, "mandatory": wanted, "bindingVersion": _VERSION}}


def receiving() -> dict[str, Any]:
    return {"amqp": {"ack": True, "bindingVersion": _VERSION}}


def _lasting() -> dict[str, bool]:
    return {"durable": DURABLE["durable"], "autoDelete": DURABLE["auto_delete"]}


def _amqp(kind: str, **named: Any) -> dict[str, Any]:
    return {"amqp": {"is": kind, **named, "bindingVersion": _VERSION}}
