"""JSON from Structs, dicts, UUIDs, Decimals (as strings) and datetimes (RFC 3339)."""

from typing import Any

import msgspec
from rest_framework.renderers import BaseRenderer


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
