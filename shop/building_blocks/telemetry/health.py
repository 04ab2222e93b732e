"""Is the process alive, and can it do its work?"""

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from kombu import Connection

from shop.building_blocks import modules
from shop.building_blocks.http.methods import reads
from shop.building_blocks.messaging import resident
from shop.building_blocks.messaging.console.status import unsent_for

_BROKER_TIMEOUT = 0.3


@reads
def livez(_request: HttpRequest) -> HttpResponse:
    """Touches nothing: a database that is away is no reason to be restarted."""
    return JsonResponse({"status": "ok"})


@reads
def readyz(_request: HttpRequest) -> HttpResponse:
    """200 while every database answers, else 503; says which does not, and nothing secret.

    A broker that is away is told but does no harm here: writes go to the outbox, and wait.
    """
    databases = {f"database:{module}": _outcome(_database, module) for module in modules.names()}
    ready = set(databases.values()) == {"ok"}
    checks: dict[str, Any] = {
        **databases,
        "broker": _outcome(_broker),
        **{f"thread:{one.name}": "ok" if one.is_well() else "stuck" for one in resident.started()},
        "outbox_lag_seconds": {module: _outcome(_lag, module) for module in modules.names()},
    }
    body = {"status": "ok" if ready else "unavailable", "checks": checks}
    return JsonResponse(body, status=200 if ready else 503)


def _outcome(check: Callable[..., Any], *args: str) -> Any:
    try:
        return check(*args)
    except Exception as error:  # noqa: BLE001  whatever it is, the answer is "no"
        return type(error).__name__


def _database(module: str) -> str:
    with connections[module].cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def _broker() -> str:
    """Only whether somebody listens: a probe is no place for handshakes."""
    if not settings.BROKER_URL:
        return "none: events travel in the process"
    broker = Connection(settings.BROKER_URL)
    address = (broker.hostname, broker.port or broker.default_port)
    with socket.create_connection(address, timeout=_BROKER_TIMEOUT):
        return "ok"


def _lag(module: str) -> float:
    """The age in seconds of the oldest event that should have been sent."""
    return round((unsent_for(module) or timedelta()).total_seconds(), 1)
