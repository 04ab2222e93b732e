"""The AsyncAPI document: valid, and true."""

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from uuid import uuid4

import amqp
import pytest
from jsonschema import Draft7Validator

from shop.building_blocks.messaging.asyncapi.document import document
from shop.building_blocks.messaging.outbox import claim
from shop.building_blocks.messaging.rabbitmq.connection import connect, pump
from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher
from tests.support import a_product, eventually, forget_topology
from tools import asyncapi_schema

CREATED = "catalog.product_created.v1"
PARTITIONS = document()["components"]["parameters"]["partition"]["enum"]


def channel_of(operation: Any) -> Any:
    return document()["channels"][operation["channel"]["$ref"].rpartition("/")[2]]


@pytest.mark.skipif(not asyncapi_schema.find(), reason=asyncapi_schema.ADVICE)
def test_it_is_valid_by_asyncapis_own_schema() -> None:
    found = asyncapi_schema.find()
    assert found
    official = Draft7Validator(json.loads(found.read_text()))

    assert list(official.iter_errors(document())) == []
    assert list(official.iter_errors(document() | {"channels": {"one": {"address": 1}}}))


def test_it_says_which_module_sends_and_which_receive() -> None:
    operations = document()["operations"]

    sends, receives = (operations[f"{who}.{CREATED}"] for who in ("catalog.send", "inventory.receive"))
    assert (sends["action"], receives["action"]) == ("send", "receive")
    assert sends["channel"] == {"$ref": f"#/channels/{CREATED}"}
    assert receives["channel"] == {"$ref": "#/channels/inventory"}
    assert receives["messages"] == [{"$ref": f"#/channels/inventory/messages/{CREATED}"}]
    assert [name for name in operations if name.endswith(f".receive.{CREATED}")] == [
        f"inventory.receive.{CREATED}"
    ]


def test_what_no_module_wants_the_broker_may_drop() -> None:
    sends = {
        name: one["bindings"]["amqp"] for name, one in document()["operations"].items() if ".send." in name
    }

    assert sends[f"catalog.send.{CREATED}"]["mandatory"]
    assert not sends["identity.send.identity.user_registered.v1"]["mandatory"]


def test_every_reference_leads_somewhere() -> None:
    whole = document()

    def follow(node: Any) -> None:
        if isinstance(node, dict) and "$ref" in node:
            target = whole
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
        for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            follow(child)

    follow(whole)


@pytest.fixture
def _own_topology(settings: Any) -> Iterator[None]:
    settings.MESSAGING = {"namespace": f"test-{uuid4().hex[:8]}"}
    yield
    forget_topology()


@pytest.mark.postgresql
@pytest.mark.django_db
@pytest.mark.usefixtures("_own_topology")
def test_the_broker_has_what_it_says() -> None:
    """RabbitMQ refuses to declare otherwise what is there."""
    a_product()
    publisher = RabbitPublisher()
    publisher.finish(publisher.begin(claim("catalog", range(8), 10)))
    publisher.close()

    message = what_arrives_by_the_document()

    sends = document()["operations"][f"catalog.send.{CREATED}"]
    channel = channel_of(sends)
    event_type, _, partition = message.delivery_info["routing_key"].rpartition(".")
    assert channel["address"] == f"{event_type}.{{partition}}"
    assert partition in PARTITIONS
    assert channel["bindings"]["amqp"]["exchange"]["name"] == message.delivery_info["exchange"]
    assert message.properties["delivery_mode"] == sends["bindings"]["amqp"]["deliveryMode"]
    assert message.properties["content_type"] == document()["defaultContentType"]


def what_arrives_by_the_document() -> Any:
    found: list[Any] = []
    with closing(connect()) as connection:
        channel = connection.channel()
        for one in document()["channels"].values():
            declare(channel, one["bindings"]["amqp"])
        for partition in PARTITIONS:
            name = document()["channels"]["inventory"]["address"].replace("{partition}", partition)
            channel.basic_consume(name, callback=found.append, no_ack=True)
        eventually(lambda: found or (pump(connection, 0.1) and found))
    return found[0]


def declare(channel: amqp.Channel, bindings: Any) -> None:
    if exchange := bindings.get("exchange"):
        lasting = {"durable": exchange["durable"], "auto_delete": exchange["autoDelete"]}
        channel.exchange_declare(exchange["name"], exchange["type"], **lasting)
        return
    queue = bindings["queue"]
    for partition in PARTITIONS:
        channel.queue_declare(
            queue["name"].replace("{partition}", partition),
            durable=queue["durable"],
            auto_delete=queue["autoDelete"],
            exclusive=queue["exclusive"],
            arguments=queue["x-arguments"],
        )
