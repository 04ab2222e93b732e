"""Sessions, logins and messages are for pages: a request of the API passes them by.

Cheap guards that hold for both (hosts, CSRF, framing) stay Django's own.
"""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest
from django.middleware.common import CommonMiddleware
from django.utils.deprecation import MiddlewareMixin

from shop.building_blocks.http.problems import bad_request

_PROBES = ("/livez", "/readyz")
_NOT_PAGES = ("/api/", "/openapi.json", *_PROBES)


class Common(CommonMiddleware):
    def process_request(self, request: HttpRequest) -> Any:
        """A host that is not ours gets a problem here: with DEBUG on, Django would answer by a page.

        Probes come by the address of a machine or a pod, and their answers do not depend on a name.
        """
        if request.path in _PROBES:
            return None
        try:
            return super().process_request(request)
        except DisallowedHost as error:
            return bad_request(request, error)


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
