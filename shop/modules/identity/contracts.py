"""What other modules may know of identity: what it tells, without personal data, and what it answers."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from shop.building_blocks.errors import NotFound
from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent


@dataclass(frozen=True, kw_only=True)
class UserRegistered(IntegrationEvent):
    """Somebody has an account now."""

    type: ClassVar[str] = "identity.user_registered.v1"
    aggregate: ClassVar[str] = "user_id"

    user_id: UUID


class UserNotFound(NotFound):
    """There is no such user."""


@dataclass(frozen=True, kw_only=True)
class KnownUser:
    """What others need to name somebody, and to leave out who has gone; nothing else is theirs to know."""

    id: UUID
    username: str
    is_active: bool


@dataclass(frozen=True, kw_only=True)
class GetUser(Query[KnownUser]):
    """Raises UserNotFound."""

    user_id: UUID
