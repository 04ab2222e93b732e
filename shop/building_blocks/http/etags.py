"""Conditional requests, RFC 9110 sections 8.8.3 and 13.1: fetch what has changed, change what was seen.

A tag is ``"<version>"`` or, where an answer shows more than its own resource, ``"<version>.<rest>"``.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from shop.building_blocks.errors import Refusal
from shop.building_blocks.http.headers import read_header

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_TAGS = re.compile(rf"\*|[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_MEANING = '* or a list of entity tags such as "3" or "3.7"'


class PreconditionRequired(Refusal):
    """If-Match is missing: name the version that you have seen, as its ETag."""

    status = 428


class StaleVersion(Refusal):
    """It was changed meanwhile: fetch it again."""

    status = 412


@dataclass(frozen=True)
class ExpectedVersion:
    """The versions that a client is ready to change, in digits; None for whatever is there."""

    versions: frozenset[str] | None

    @classmethod
    def of(cls, version: int) -> "ExpectedVersion":
        return cls(frozenset({str(version)}))

    def check(self, version: int) -> None:
        """Raises StaleVersion. ``version`` is that of a row which is locked until the change is made."""
        if self.versions is not None and str(version) not in self.versions:
            raise StaleVersion(f"It has version {version} by now: fetch it again.")


ANY_VERSION: Final = ExpectedVersion(None)
"""For callers who show what they change, such as the admin."""


def expected_version(request: Request) -> ExpectedVersion:
    """What ``If-Match`` names: strong tags, of which the resource's own version counts."""
    tags = _tags(request, "If-Match")
    if tags is None:
        raise PreconditionRequired
    if tags == ["*"]:
        return ANY_VERSION
    strong = [tag.strip('"') for tag in tags if not tag.startswith("W/")]
    return ExpectedVersion(frozenset(tag.partition(".")[0] for tag in strong))


def tagged(request: Request, shown: Any, *versions: int) -> Response:
    """200 with the tag of these versions; 304 when a GET says in ``If-None-Match`` that it has it."""
    tag = f'"{".".join(map(str, versions))}"'
    headers = {"ETag": tag}
    if request.method in {"GET", "HEAD"} and _is_known(request, tag):
        return Response(status=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(shown, headers=headers)


def _is_known(request: Request, tag: str) -> bool:
    """By weak comparison: a proxy that compresses answers makes strong tags weak."""
    tags = _tags(request, "If-None-Match") or []
    return tags == ["*"] or tag in {known.removeprefix("W/") for known in tags}


def _tags(request: Request, header: str) -> list[str] | None:
    value = read_header(request, header, _TAGS, _MEANING)
    if value is None:
        return None
    return [value] if value == "*" else re.findall(_TAG, value)
