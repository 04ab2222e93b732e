"""The AsyncAPI document: valid, and true."""

import json
from typing import Any

import amqp
import pytest
from jsonschema import Draft7Validator

from shop.building_blocks.messaging.asyncapi.document import document
from shop.building_blocks.messaging.events import CONTENT_TYPE
from shop.building_blocks.messaging.outbox import claim
from shop.building_blocks.messaging.rabbitmq.connection import connect
from shop.building_blocks.messaging.rabbitmq.publisher import RabbitPublisher
from tests.support import a_product, forget_topology
from tools import asyncapi_schema

CREATED = "catalog.product_created.v1"


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


@pytest.mark.postgresql
@pytest.mark.django_db
def test_the_broker_has_what_it_says(settings: Any) -> None:
    """RabbitMQ refuses to declare again, otherwise, what is there."""
    settings.MESSAGING = {"namespace": "test-asyncapi"}
    a_product()
    publisher = RabbitPublisher()
    publisher.finish(publisher.begin(claim("catalog", range(8), 10)))
    publisher.close()

    connection = connect()
    messages = declared_again(connection.channel())
    connection.close()
    forget_topology()

    (message,) = messages
    sends = document()["operations"][f"catalog.send.{CREATED}"]
    exchange = channel_of(sends)["bindings"]["amqp"]["exchange"]["name"]
    key, _, partition = message.delivery_info["routing_key"].rpartition(".")
    assert channel_of(sends)["address"] == f"{key}.{{partition}}"
    assert partition in document()["components"]["parameters"]["partition"]["enum"]
    assert message.delivery_info["exchange"] == exchange
    assert message.properties["delivery_mode"] == sends["bindings"]["amqp"]["deliveryMode"]
    assert message.properties["content_type"] == CONTENT_TYPE == document()["defaultContentType"]


def declared_again(channel: amqp.Channel) -> list[Any]:
    """What lies in the queues, after the exchange and queues were declared by the document."""
    found = []
    for one in document()["channels"].values():
        bindings = one["bindings"]["amqp"]
        if exchange := bindings.get("exchange"):
            channel.exchange_declare(
                exchange["name"],
                exchange["type"],
                durable=exchange["durable"],
                auto_delete=exchange["autoDelete"],
            )
        for partition in (
            document()["components"]["parameters"]["partition"]["enum"] if "queue" in bindings else ()
        ):
            queue, name = bindings["queue"], one["address"].replace("{partition}", partition)
            channel.queue_declare(
                name,
                durable=queue["durable"],
                auto_delete=queue["autoDelete"],
                exclusive=queue["exclusive"],
                arguments=queue["x-arguments"],
            )
            found.append(channel.basic_get(name, no_ack=True))
    return [one for one in found if one]
