"""What the teller tells."""

from dataclasses import dataclass
from typing import ClassVar

from shop.building_blocks.messaging.events import IntegrationEvent


@dataclass(frozen=True, kw_only=True)
class Deposited(IntegrationEvent):
    type: ClassVar[str] = "teller.deposited.v1"
    aggregate: ClassVar[str] = "account"

    account: str
    is_poison: bool
