"""The writing side: an event is a row in the transaction of the change that it announces."""

import zlib
from functools import partial
from uuid import UUID

from django.db import connections, transaction

from shop.building_blocks.messaging import wake
from shop.building_blocks.messaging.events import Envelope, IntegrationEvent
from shop.building_blocks.messaging.models import outbox_of
from shop.building_blocks.messaging.settings import limits
from shop.building_blocks.modules import module_of


def publish(event: IntegrationEvent) -> UUID:
    """Store the event for the relay, and return its id.

    Order is kept per aggregate only if the transaction has locked the aggregate's row before. Raises
    TransactionManagementError outside a transaction of the event's module: there the event could be
    told without the change, or the change without the event.
    """
    module = module_of(type(event).__module__)
    if not connections[module].in_atomic_block:
        raise transaction.TransactionManagementError(
            f"{event.type} must be published in the transaction of the change in {module}"
        )
    envelope = Envelope.of(event)
    outbox_of(module).create(
        event_id=envelope.id,
        type=envelope.type,
        subject=envelope.subject,
        partition=partition_of(envelope.subject),
        body=envelope.encode(),
    )
    transaction.on_commit(partial(wake.up, module), using=module, robust=True)
    return envelope.id


def partition_of(subject: str) -> int:
    """The lane of an aggregate. crc32 and not ``hash()``, which differs from process to process."""
    return zlib.crc32(subject.encode()) % limits().partitions
