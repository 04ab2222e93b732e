"""Every request has an id and a trace, one line in the log, and is counted."""

import logging
from collections.abc import Callable
from time import perf_counter

from django.http import HttpRequest, HttpResponse
from django.utils.encoding import escape_uri_path

from shop.building_blocks.telemetry.context import Cause, caused_by, inside
from shop.building_blocks.telemetry.metrics.instruments import active_requests, observe_request
from shop.building_blocks.telemetry.server import QUIET, answered, serving

log = logging.getLogger("shop.http")


class RequestContext:
    """Accepts or makes ``X-Request-ID`` and ``traceparent``; answers with the request id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cause = Cause.first(request.headers.get("X-Request-ID"))
        with serving(request) as span, caused_by(cause):
            start = perf_counter()
            active_requests.inc()
            response = self.get_response(request)
            active_requests.dec()
            answered(span, request, response)
            if not request.path.startswith(QUIET):
                seconds = perf_counter() - start
                observe_request(request, response, seconds)
                self._log(request, response, seconds)
        response["X-Request-ID"] = cause.correlation_id
        return response

    def _log(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        facts = {
            "method": request.method,
            "path": escape_uri_path(request.path),  # as it was sent: decoded, it could begin a line
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
        }
        route = request.resolver_match
        with inside(route.app_name if route and route.app_name else "-"):
            log.info("%(method)s %(path)s %(status)s in %(milliseconds)s ms", facts, extra=facts)
