"""``settings.MESSAGING``, over these defaults."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Messaging:
    """Times are in seconds."""

    namespace: str = "shop"
    """Prefix of every exchange and queue, for brokers that several deployments share."""
    partitions: int = 8
    """Of an aggregate's key. Fixed for the life of a deployment: drain before a change."""
    relay_batch: int = 1000
    inbox_batch: int = 50
    idle_poll: float = 1.0
    """The safety net behind the wake-up, for a process that dies between its commit and its ring."""
    longest_poll: float = 4.0
    """What that pause grows to while nothing happens."""
    balance_every: float = 2.0
    """How soon a dead worker's lanes are taken over."""
    stuck_after: float = 120.0
    """How long a thread may make no progress until it is taken for hung: more than a batch takes."""
    max_attempts: int = 12
    """With the pauses below, the last one comes after about twenty minutes."""
    backoff_base: float = 1.0
    backoff_cap: float = 300.0
    confirm_timeout: float = 30.0
    heartbeat: int = 10
    """Of AMQP. Shorter than PostgreSQL takes to free the lanes of a lost host, so that the broker has taken
    back what that host had before somebody else reads on."""


def limits() -> Messaging:
    return Messaging(**getattr(settings, "MESSAGING", {}))
