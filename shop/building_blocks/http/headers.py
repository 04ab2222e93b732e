"""Request headers that an endpoint reads itself."""

import re

from rest_framework.request import Request

from shop.building_blocks.errors import Refusal


class MalformedHeader(Refusal):
    """A header cannot be read."""

    status = 400


def read_header(request: Request, name: str, pattern: re.Pattern[str], meaning: str) -> str | None:
    """None when it was not sent; MalformedHeader, which tells its ``meaning``, when it is something else."""
    value: str | None = request.headers.get(name)
    if value is not None and not pattern.fullmatch(value):
        raise MalformedHeader(f"{name} must be {meaning}.")
    return value
