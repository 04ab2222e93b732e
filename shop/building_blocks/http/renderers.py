"""JSON from Structs, dicts, UUIDs, Decimals (as strings) and datetimes (RFC 3339)."""

from collections.abc import Iterable
from typing import Any

import msgspec
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class JSONRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None
    render_style = "binary"
    _encoder = msgspec.json.Encoder()

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes:
        return b"" if data is None else self._encoder.encode(data)


class TheOneRenderer(DefaultContentNegotiation):
    """We speak JSON, whatever was asked for: RFC 9110, section 12.1, allows that instead of a 406."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        one = next(iter(renderers))
        return one, one.media_type
