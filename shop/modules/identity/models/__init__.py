"""Identity's tables: users, OAuth's clients and grants, and the messages."""

from shop.modules.identity.models.messages import (
    Counter,
    IdempotencyRecord,
    InboxMessage,
    OperatorAction,
    OutboxMessage,
)
from shop.modules.identity.models.oauth import Client, Grant
from shop.modules.identity.models.user import GroupScopes, User

__all__ = [
    "Client",
    "Counter",
    "Grant",
    "GroupScopes",
    "IdempotencyRecord",
    "InboxMessage",
    "OperatorAction",
    "OutboxMessage",
    "User",
]
