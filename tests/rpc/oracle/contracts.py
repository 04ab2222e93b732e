"""A module that answers, also badly: everything that a contract may hold, and everything that may happen."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from shop.building_blocks.errors import Conflict
from shop.building_blocks.messages import Query


class Colour(Enum):
    """Of a mug."""

    RED = "red"
    DARK_BLUE = "dark blue"


@dataclass(frozen=True, kw_only=True)
class Part:
    name: str
    amount: Decimal
    made_at: datetime
    inside: "Part | None" = None


@dataclass(frozen=True, kw_only=True)
class Whole:
    id: UUID
    text: str
    count: int
    share: float
    is_whole: bool
    data: bytes
    price: Decimal
    day: date
    at: datetime
    colour: Colour
    part: Part
    parts: tuple[Part, ...]
    ids: tuple[UUID, ...]
    colours: tuple[Colour, ...]
    days: tuple[datetime, ...]
    maybe: int | None
    maybe_text: str | None
    maybe_at: datetime | None
    maybe_colour: Colour | None
    maybe_part: Part | None
    count_of_old: int = 7
    price_of_old: Decimal = Decimal("0.00")
    at_of_old: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Echo(Query[Whole]):
    """The same again."""

    whole: Whole


@dataclass(frozen=True, kw_only=True)
class EchoText(Query[str]):
    text: str


@dataclass(frozen=True, kw_only=True)
class EchoId(Query[UUID | None]):
    id: UUID | None


@dataclass(frozen=True, kw_only=True)
class Wait(Query[str]):
    """The database takes so long; ``mark`` is in the statement."""

    seconds: float
    mark: str = ""


class StarsAreWrong(Conflict):
    """The stars do not allow it."""


@dataclass(frozen=True, kw_only=True)
class Refuse(Query[str]):
    """Refuses, in one of several ways."""

    way: str


@dataclass(frozen=True, kw_only=True)
class Fail(Query[str]):
    """Has a fault."""


@dataclass(frozen=True, kw_only=True)
class Talk(Query[str]):
    """So many letters."""

    letters: int


@dataclass(frozen=True, kw_only=True)
class Context:
    trace_id: str | None
    request_id: str | None


@dataclass(frozen=True, kw_only=True)
class TellContext(Query[Context]):
    """On whose behalf the oracle is asked."""
