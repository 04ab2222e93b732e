"""The exchange, and the queues of the modules."""

from typing import Any

from shop.building_blocks import modules
from shop.building_blocks.messaging.rabbitmq.connection import connect, hang_up
from shop.building_blocks.messaging.registry import types_consumed
from shop.building_blocks.messaging.settings import limits

EXCHANGE_TYPE = "topic"
DURABLE = {"durable": True, "auto_delete": False}
QUEUE_ARGUMENTS = {
    "x-queue-type": "quorum",
    "x-single-active-consumer": True,
    "x-delivery-limit": 1_000_000,
}
"""The limit is as good as none: the inbox counts attempts. RabbitMQ 4 would give up after 20 deliveries,
and an outage that ends consumers 20 times would throw committed events away."""


def exchange() -> str:
    return f"{limits().namespace}.events"


def queue(module: str, partition: int | str) -> str:
    return f"{limits().namespace}.{module}.{partition}"


def routing_key(event_type: str, partition: int | str) -> str:
    return f"{event_type}.{partition}"


def declare(channel: Any) -> None:
    """The whole topology, by everybody, at each connect, so that who starts first does not matter.

    That holds for modules that run elsewhere, too: an event for one that has never run yet waits for it.
    A topic exchange; for each module a quorum queue per partition, bound by ``<type>.<partition>``. No
    dead letters: what fails, and what cannot be read, is kept in the inbox of the module.
    """
    channel.exchange_declare(exchange(), EXCHANGE_TYPE, **DURABLE)
    for module in modules.known():
        for partition in range(limits().partitions) if types_consumed(module.label) else ():
            _declare_partition(channel, module.label, partition)


def _declare_partition(channel: Any, module: str, partition: int) -> None:
    name = queue(module, partition)
    channel.queue_declare(name, **DURABLE, arguments=QUEUE_ARGUMENTS)
    for event_type in sorted(types_consumed(module)):
        channel.queue_bind(name, exchange(), routing_key(event_type, partition))


def open_channel() -> tuple[Any, Any]:
    """A connection, and a channel of it on which the topology is declared."""
    connection = connect()
    try:
        channel = connection.channel()
        declare(channel)
    except BaseException:
        hang_up(connection)
        raise
    return connection, channel
