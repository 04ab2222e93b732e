"""The span of a request, by the conventions for HTTP servers.

It has neither query string nor addresses nor browser: there people write, and are known by, what is nobody's
business. https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import HttpRequest, HttpResponse
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE,
)
from opentelemetry.semconv.attributes.network_attributes import NETWORK_PROTOCOL_VERSION
from opentelemetry.semconv.attributes.url_attributes import URL_PATH, URL_SCHEME
from opentelemetry.trace import INVALID_SPAN, Span, SpanKind, StatusCode

from shop.building_blocks.telemetry.context import continuing
from shop.building_blocks.telemetry.tracing import beginning

QUIET = ("/livez", "/readyz", "/metrics", "/static/")
"""Asked for all day long, by machines or beside every page: neither logged nor traced."""

_KNOWN = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
_SERVER_ERROR = 500


@contextmanager
def serving(request: HttpRequest) -> Iterator[Span]:
    """In the trace that the client says it is in, recorded if it says so; else in a new one."""
    headers = request.headers
    carrier = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
    if request.path.startswith(QUIET):
        with continuing(carrier):
            yield INVALID_SPAN
        return
    attributes = {
        HTTP_REQUEST_METHOD: request.method if request.method in _KNOWN else "_OTHER",
        URL_PATH: request.path,
        URL_SCHEME: request.scheme or "",
        NETWORK_PROTOCOL_VERSION: request.META.get("SERVER_PROTOCOL", "").removeprefix("HTTP/"),
    }
    with beginning(_method(request), SpanKind.SERVER, attributes, carrier) as span:
        yield span


def answered(span: Span, request: HttpRequest, response: HttpResponse) -> None:
    """What the client did wrong is no error of the server's."""
    if not span.is_recording():
        return
    if request.resolver_match and (route := request.resolver_match.route):
        span.set_attribute(HTTP_ROUTE, route)
        span.update_name(f"{_method(request)} {route}")
    span.set_attribute(HTTP_RESPONSE_STATUS_CODE, response.status_code)
    if response.status_code >= _SERVER_ERROR:
        span.set_attribute(ERROR_TYPE, str(response.status_code))
        span.set_status(StatusCode.ERROR)


def _method(request: HttpRequest) -> str:
    """What nobody knows is no name for a span: clients could make up any number."""
    return request.method if request.method in _KNOWN else "HTTP"
