"""The catalog's tables: the products, what is read of them in lists and in search, and the messages."""

from shop.modules.catalog.models.listing import Listing
from shop.modules.catalog.models.messages import (
    Counter,
    IdempotencyRecord,
    InboxMessage,
    OperatorAction,
    OutboxMessage,
)
from shop.modules.catalog.models.product import Product, ProductNotFound
from shop.modules.catalog.models.search import SearchDocument, Word

__all__ = [
    "Counter",
    "IdempotencyRecord",
    "InboxMessage",
    "Listing",
    "OperatorAction",
    "OutboxMessage",
    "Product",
    "ProductNotFound",
    "SearchDocument",
    "Word",
]
