"""Sessions, logins and messages are for pages: a request of the API passes them by.

Cheap guards that hold for both (hosts, CSRF, framing) stay Django's own. Needs the apps of identity.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest
from django.utils.deprecation import MiddlewareMixin

from shop.building_blocks.http.common import PROBES

_NOT_PAGES = ("/api/", "/openapi.json", *PROBES)


class PagesOnly(MiddlewareMixin):
    def __call__(self, request: HttpRequest) -> Any:
        if request.path.startswith(_NOT_PAGES):
            return self.get_response(request)
        return super().__call__(request)


class Sessions(PagesOnly, SessionMiddleware):
    pass


class Logins(PagesOnly, AuthenticationMiddleware):
    pass


class Messages(PagesOnly, MessageMiddleware):
    pass
