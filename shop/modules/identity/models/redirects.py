"""Where the answer to a login may be sent."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from shop.building_blocks.errors import Refusal

_URI = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class UnfitRedirectUri(Refusal):
    """A redirect URI must be absolute, and https or on the user's own machine."""


def fit_redirect_uris(uris: Iterable[str]) -> str:
    """By spaces, as they are stored. RFC 9700, section 2.1, and RFC 8252, section 7.3."""
    found = tuple(dict.fromkeys(uris))
    for uri in found:
        if reason := _misfit(uri):
            raise UnfitRedirectUri(f"{uri!r} cannot be a redirect URI: {reason}.")
    return " ".join(found)


def _misfit(uri: str) -> str | None:
    if not _URI.fullmatch(uri):
        return "it has characters that no URI has"
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        return f"{error}".lower()
    if not host or parts.username is not None:
        return "it has to name a host, and nobody"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in _LOOPBACK):
        return "it has to be https, or http to 127.0.0.1, [::1] or localhost"
    if "#" in uri:
        return "it has a fragment"
    return "it has a wildcard" if "*" in uri else None
