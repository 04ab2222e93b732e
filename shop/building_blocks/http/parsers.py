"""JSON, strictly: what cannot be read is a 400 that says why, and what is too large is not read."""

import json
from typing import Any

import msgspec
from rest_framework import parsers, status
from rest_framework.exceptions import APIException, ParseError

LIMIT = 2**20
"""Bytes of a request's body."""


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "body-too-large"
    default_detail = f"A body may have {LIMIT} bytes at most."


class LengthRequired(APIException):
    """Of a body in chunks nobody between here and the client tells the length, so none of it is read."""

    status_code = status.HTTP_411_LENGTH_REQUIRED
    default_code = "length-required"
    default_detail = "Send the body as a whole, with a Content-Length."


class JSONParser(parsers.BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(LIMIT + 1)
        if len(body) > LIMIT:
            raise BodyTooLarge
        try:
            read = msgspec.json.decode(body)
            json.loads(body, object_pairs_hook=_of_different_names, parse_int=str)
        except (ValueError, RecursionError) as error:
            raise ParseError(f"The body is not JSON: {error}.") from None
        return read


def _of_different_names(members: list[tuple[str, Any]]) -> None:
    """RFC 8259, section 4: of a name that comes twice each reader takes what it likes, so we take neither."""
    names = {name for name, _ in members}
    if len(names) < len(members):
        raise ValueError("an object has a name twice")
