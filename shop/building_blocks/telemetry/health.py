"""Is the process alive, and can it do its work?"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from kombu import Connection

from shop.building_blocks import modules
from shop.building_blocks.messaging.models import outbox_of


def livez(_request: HttpRequest) -> JsonResponse:
    """Touches nothing: a database that is away is no reason to be restarted."""
    return JsonResponse({"status": "ok"})


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 while every database answers, else 503; says which does not, and nothing secret.

    A broker that is away is told but does no harm here: writes go to the outbox, and wait.
    """
    databases = {f"database:{module}": _outcome(_database, module) for module in modules.names()}
    ready = set(databases.values()) == {"ok"}
    checks: dict[str, Any] = {**databases, "broker": _outcome(_broker)}
    if ready:
        checks["outbox_lag_seconds"] = {module: _lag(module) for module in modules.names()}
    body = {"status": "ok" if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def _outcome(check: Callable[..., str], *args: str) -> str:
    try:
        return check(*args)
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is "no"
        return type(error).__name__


def _database(module: str) -> str:
    with connections[module].cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    if not settings.BROKER_URL:
        return "none: events travel in the process"
    with Connection(settings.BROKER_URL, connect_timeout=1) as connection:
        connection.connect()
    return "ok"


def _lag(module: str) -> float:
    """The age in seconds of the oldest event that is ready and not sent."""
    ready = outbox_of(module).filter(published_at=None, not_before=None).order_by("id")
    since = ready.values_list("created_at", flat=True).first()
    return round((timezone.now() - since).total_seconds(), 1) if since else 0.0
