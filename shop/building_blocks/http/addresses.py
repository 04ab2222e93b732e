"""Where a request comes from."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

_IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str:
    """The address to count by; of IPv6 its /64, which is what one subscriber is given (RFC 6177).

    Each of the ``settings.PROXIES`` adds to X-Forwarded-For whom it hears from. What stands left of
    their entries anybody may have written, and without proxies so is all of it.
    """
    near: str = request.META.get("REMOTE_ADDR", "")
    heard = request.META.get("HTTP_X_FORWARDED_FOR", "")
    if not settings.PROXIES or not heard:
        return _counted(near) or near
    entries = heard.split(",")
    farthest = entries[-min(settings.PROXIES, len(entries))].strip()
    return _counted(farthest) or _counted(near) or near


def _counted(text: str) -> str | None:
    """None when it is no address. Some proxies add the port."""
    try:
        address = _parsed(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(IPv6Network((int(address), _IPV6_PREFIX), strict=False))
    return str(address)


def _parsed(text: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(text)
    except ValueError:
        return ip_address(urlsplit(f"//{text}").hostname or "")
