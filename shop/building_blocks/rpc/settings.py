"""``settings.RPC``, over these defaults."""

from dataclasses import dataclass, field

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its key, and the authorities whose certificates we accept; each as PEM."""

    certificate: bytes
    key: bytes = field(repr=False)
    authorities: bytes


@dataclass(frozen=True, slots=True)
class Rpc:
    """Times are in seconds."""

    targets: dict[str, str] = field(default_factory=dict)
    """Where to ask each module that does not run here, as ``host:port``."""
    tokens: tuple[str, ...] = field(default=(), repr=False)
    """What services show each other. Any of them is accepted, and the first is shown."""
    identity: Identity | None = None
    """Without one, calls are not encrypted: for private networks."""
    timeout: float = 1.0
    """For an answer, with all tries."""
    longest: float = 5.0
    """What a question may take whose caller sets no deadline, or a later one."""
    most_bytes: int = 4 * 2**20
    """Of a question, and of an answer."""


def rpc() -> Rpc:
    return Rpc(**settings.RPC)
