"""What an operation owes to the building blocks that its endpoint calls.

Seen in the endpoint's code, so that nobody has to say it twice, and nobody can forget to.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from drf_spectacular.plumbing import ResolvedComponent

from shop.building_blocks.http.answers import created_at
from shop.building_blocks.http.endpoints import called_by
from shop.building_blocks.http.etags import PreconditionRequired, StaleVersion, expected_version, tagged
from shop.building_blocks.http.headers import MalformedHeader
from shop.building_blocks.http.idempotency import IdempotencyKeyReused, once
from shop.building_blocks.http.openapi import headers
from shop.building_blocks.http.openapi.problems import Error


class Trait(NamedTuple):
    of: Callable[..., Any]
    parameter: ResolvedComponent | None = None
    answers: tuple[str, ...] = ()
    errors: tuple[Error, ...] = ()
    errors_of_clients: tuple[Error, ...] = ()
    """Not of strangers at a public endpoint."""
    only: str | None = None
    """A method; None for all."""


TRAITS = (
    Trait(created_at, answers=("Location",)),
    Trait(
        once,
        headers.IDEMPOTENCY_KEY,
        answers=("Idempotent-Replayed",),
        errors=(MalformedHeader,),
        errors_of_clients=(IdempotencyKeyReused,),
    ),
    Trait(tagged, answers=("ETag",)),
    Trait(tagged, headers.IF_NONE_MATCH, errors=(MalformedHeader,), only="GET"),
    Trait(expected_version, headers.IF_MATCH, errors=(MalformedHeader, PreconditionRequired, StaleVersion)),
)


def traits_of(endpoint: object, method: str) -> Iterator[Trait]:
    called = called_by(getattr(endpoint, method.lower()))
    return (trait for trait in TRAITS if trait.of in called and trait.only in {None, method})
