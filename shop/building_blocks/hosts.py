"""Is a host this machine, is a text an address or a port, and what is the origin of a URL?"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}
_ADDRESS = re.compile(r"(?:[^\s/:\[\]]+|\[[^\s/\[\]]+\]):(\d{1,5})", re.ASCII)
_LAST_PORT = 65_535
_HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


def is_local(host: str) -> bool:
    """True for localhost, loopback addresses and the folders of unix sockets. Resolves no names."""
    if host == "localhost" or host.endswith(".localhost") or host.startswith("/"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def is_address(text: str) -> bool:
    """True for ``host:port`` and ``[::1]:port``. gRPC takes ``::1:7000`` for a host, and 70000 for 4464."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and int(found[1]) <= _LAST_PORT


def port(text: str) -> int:
    """1 to 65535, as the type of an argument. ValueError for anything else."""
    number = int(text)
    if not 1 <= number <= _LAST_PORT:
        raise ValueError(f"{number} is no port.")
    return number


def origin_of(url: str) -> str:
    """Of ``https://Shop.example:443/orders`` it is ``https://shop.example``, as browsers write it (RFC 6454).

    ValueError for what is not of http or https, and for what is no host.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
        raise ValueError(f"{url!r} has no origin of http or https.")
    place = f"[{host}]" if ":" in host else host
    is_default = parts.port in {None, _DEFAULT_PORTS[parts.scheme]}
    return f"{parts.scheme}://{place}" if is_default else f"{parts.scheme}://{place}:{parts.port}"


def is_origin(text: str) -> bool:
    """True for an origin as browsers write it, and nothing more."""
    try:
        return origin_of(text) == text
    except ValueError:
        return False


def is_safe_origin(text: str) -> bool:
    """As ``is_origin``; http only if it is on this machine."""
    secure = text.startswith("https://") or is_local(urlsplit(text).hostname or "")
    return secure and is_origin(text)
