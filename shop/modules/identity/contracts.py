"""What other modules may know of identity: the events it publishes. No personal data is in them."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from shop.building_blocks.messaging.events import IntegrationEvent


@dataclass(frozen=True, kw_only=True)
class UserRegistered(IntegrationEvent):
    """Somebody has an account now."""

    type: ClassVar[str] = "identity.user_registered.v1"
    aggregate: ClassVar[str] = "user_id"

    user_id: UUID
