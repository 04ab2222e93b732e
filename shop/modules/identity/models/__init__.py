"""Identity's tables: users, OAuth's clients, grants and tokens, and the messages."""

from shop.modules.identity.models.groups import Group
from shop.modules.identity.models.messages import (
    Counter,
    IdempotencyRecord,
    InboxMessage,
    OperatorAction,
    OutboxMessage,
)
from shop.modules.identity.models.oauth import Client, Grant
from shop.modules.identity.models.tokens import AccessToken, RefreshToken
from shop.modules.identity.models.user import GroupScopes, User

__all__ = [
    "AccessToken",
    "Client",
    "Counter",
    "Grant",
    "Group",
    "GroupScopes",
    "IdempotencyRecord",
    "InboxMessage",
    "OperatorAction",
    "OutboxMessage",
    "RefreshToken",
    "User",
]
