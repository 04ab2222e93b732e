"""/metrics, in Prometheus' text format, for whoever knows the token."""

from collections.abc import Iterable
from secrets import compare_digest

from django.conf import settings
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from shop.building_blocks.hosts import is_local
from shop.building_blocks.telemetry.metrics import processes
from shop.building_blocks.telemetry.metrics.instruments import registry


def exposition(collectors: Iterable[Collector] = ()) -> bytes:
    return generate_latest(page(collectors))


def page(collectors: Iterable[Collector] = ()) -> CollectorRegistry:
    """What all processes counted that share a folder, or this one, and what ``collectors`` find out now."""
    page = CollectorRegistry()
    if folder := processes.shared():
        page.register(processes.Counted(folder))
    else:
        page.register(registry)
    for collector in collectors:
        page.register(collector)
    return page


def is_secret() -> bool:
    return bool(settings.METRICS_TOKEN)


def may_read(authorization: str, address: str) -> bool:
    """Without a token to show, only a trial tells, and only its own machine."""
    if not is_secret():
        return settings.DEBUG and is_local(address)
    return compare_digest(authorization.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
