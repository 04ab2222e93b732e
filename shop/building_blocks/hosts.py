"""Is a host this machine?"""

from ipaddress import ip_address


def is_local(host: str) -> bool:
    """True for localhost, loopback addresses and the folders of unix sockets. Resolves no names."""
    if host == "localhost" or host.endswith(".localhost") or host.startswith("/"):
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
