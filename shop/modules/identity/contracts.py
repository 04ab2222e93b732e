"""What other modules may know of identity: what it tells, without personal data, and what it answers."""

from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from shop.building_blocks.errors import NotFound
from shop.building_blocks.messages import Query
from shop.building_blocks.messaging.events import IntegrationEvent

UserId = Annotated[
    UUID, Meta(description="The user, for all modules.", examples=["01936d0c-5e07-7a94-b1c8-93f04d6e2a15"])
]


@dataclass(frozen=True, kw_only=True)
class UserRegistered(IntegrationEvent):
    """Somebody has an account now. Who it is stays with identity: no name and no address is told."""

    type: ClassVar[str] = "identity.user_registered.v1"
    aggregate: ClassVar[str] = "user_id"

    user_id: UserId


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
