"""A contract as it was."""

from dataclasses import dataclass

from shop.building_blocks.messages import Query


@dataclass(frozen=True, kw_only=True)
class Found:
    name: str


@dataclass(frozen=True, kw_only=True)
class Find(Query[tuple[Found, ...]]):
    name: str
