"""The headers that Django's own SecurityMiddleware does not send.

Content-Security-Policy (CSP level 3) is what keeps a page from running or loading anything that is not a
file of ours, should somebody manage to write into it. Other answers are no pages, and may do nothing.
"""

from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from shop.building_blocks.hosts import origin_of

PAGE: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
NO_PAGE: Final = "default-src 'none'; frame-ancestors 'none'"
NO_DEVICES: Final = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

_PERSONAL = ("/api/", "/connect/")
_WIDENED = "shop.content_security_policy"  # where a request keeps it, as DRF hands views another object


def widen(request: HttpRequest, directive: str, source: str) -> None:
    """Allow one more source to the page that answers this request."""
    request.META.setdefault(_WIDENED, []).append((directive, source))


def allow_form_action(request: HttpRequest, uri: str) -> None:
    """Let a form of the page that answers this request end at ``uri``, which somebody has validated.

    Chromium holds form-action against every hop of a redirect, so a consent page whose answer leads to the
    client must name it. ValueError when ``uri`` is of http or https without a host.
    """
    widen(request, "form-action", _source(uri))


def _source(uri: str) -> str:
    """The origin; the scheme where there is none (an app's own) or CSP has no way to write it (IPv6)."""
    scheme = urlsplit(uri).scheme
    if scheme not in {"http", "https"}:
        return f"{scheme}:"
    origin = origin_of(uri)
    return f"{scheme}:" if "[" in origin else origin


class SecurityHeaders:
    """Cheap enough for every answer of the API: no parsing, and no policy is put together for it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(_PERSONAL):
            headers.setdefault("Cache-Control", "private, no-cache" if "ETag" in headers else "no-store")
        # A 304 has no type, and must not change the policy of the page that the browser has.
        if kind := headers.get("Content-Type"):
            self._restrict(request, response, is_page=kind.startswith("text/html"))
        return response

    def _restrict(self, request: HttpRequest, response: HttpResponse, *, is_page: bool) -> None:
        if not is_page:
            response.headers.setdefault("Content-Security-Policy", NO_PAGE)
        elif not _is_traceback(response):
            response.headers.setdefault("Content-Security-Policy", _policy(request))
            response.headers.setdefault("Permissions-Policy", NO_DEVICES)


def _is_traceback(response: HttpResponse) -> bool:
    """Django's own page for developers, which is nothing without its inline script and style."""
    return settings.DEBUG and response.status_code == 500  # noqa: PLR2004


def _policy(request: HttpRequest) -> str:
    policy = dict(PAGE)
    for directive, source in request.META.get(_WIDENED, ()):
        policy[directive] += f" {source}"
    return _written(policy)


def _written(policy: dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
