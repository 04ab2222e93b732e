"""The same, to which fields and refusals were appended."""

from dataclasses import dataclass
from decimal import Decimal

from shop.building_blocks.errors import NotFound
from shop.building_blocks.messages import Query


class Gone(NotFound):
    """It was here."""


class Burnt(Gone):
    """It was burnt."""


class Unheard(NotFound):
    """Nobody has heard of it."""


@dataclass(frozen=True, kw_only=True)
class Found:
    name: str
    price: Decimal = Decimal("1.00")
    colour: str | None = None


@dataclass(frozen=True, kw_only=True)
class Find(Query[tuple[Found, ...]]):
    name: str
    most: int = 20
    sizes: tuple[int, ...] = ()
