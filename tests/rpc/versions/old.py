"""A contract as it was."""

from dataclasses import dataclass

from shop.building_blocks.errors import NotFound
from shop.building_blocks.messages import Query


class Gone(NotFound):
    """It was here."""


@dataclass(frozen=True, kw_only=True)
class Found:
    name: str


@dataclass(frozen=True, kw_only=True)
class Find(Query[tuple[Found, ...]]):
    name: str
