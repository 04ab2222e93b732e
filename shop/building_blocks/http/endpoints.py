"""Django routes by path; a slice owns one method of a path."""

from collections.abc import Callable
from inspect import unwrap
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.views import APIView

from shop.building_blocks.errors import Refusal
from shop.building_blocks.http.parsers import LengthRequired
from shop.building_blocks.http.principals import StandsForUser
from shop.building_blocks.http.throttles import throttle

View = Callable[..., HttpResponseBase]


class Endpoint(APIView):
    """One operation of the API. It serves nobody until it names its scopes, or says that it is public."""

    home: ClassVar[str] = ""
    """The Python path of the code that it is part of, where that is not its own."""
    required_scopes: ClassVar[list[str]]
    is_sensitive: ClassVar[bool] = False
    """Look up the token at every request: a revoked one must not work a moment longer."""
    limits: ClassVar[tuple[str, ...]] = ()
    """Of ``settings.LIMITS``: what an address may do here, besides what holds for all requests."""
    refuses: ClassVar[tuple[type[Refusal], ...]] = ()
    """The refusals of the slice, for the OpenAPI document."""

    def perform_authentication(self, request: Request) -> None:
        """DRF would throttle only whom it lets in, and so let everybody try tokens without end."""
        try:
            super().perform_authentication(request)
        except AuthenticationFailed:
            self._throttle(request)
            raise
        self._throttle(request)

    def _throttle(self, request: Request) -> None:
        throttle(request, self.home or type(self).__module__, self.limits)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if "HTTP_TRANSFER_ENCODING" in request.META:
            raise LengthRequired


class UserEndpoint(Endpoint):
    """An operation about the user whom the token stands for. It may ask for scopes, too."""

    required_scopes = []
    permission_classes = (StandsForUser,)


class PublicEndpoint(Endpoint):
    """An operation for everybody."""

    required_scopes = []
    authentication_classes = ()
    permission_classes = ()


def by_method(**endpoints: type[Endpoint]) -> View:
    """Serve one path with one endpoint per HTTP method: ``by_method(get=ListProductsEndpoint)``."""
    views: dict[str, View] = {name.upper(): one.as_view() for name, one in endpoints.items()}
    home = next(iter(endpoints.values())).__module__
    members = {"home": home, **{name: getattr(one, name) for name, one in endpoints.items()}}
    path: type[APIView] = type("Path", (PublicEndpoint,), members)
    fallback = path.as_view()  # answers OPTIONS, and 405 with the right Allow header

    @csrf_exempt
    def dispatch(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = "GET" if request.method == "HEAD" else str(request.method)
        return views.get(method, fallback)(request, *args, **kwargs)

    vars(dispatch).update(cls=path, initkwargs={}, views=views)  # what DRF and the schema look for
    return dispatch


def called_by(method: Callable[..., Any]) -> set[Any]:
    """The functions that an endpoint's method names in its code."""
    function: Any = unwrap(method)
    return {function.__globals__.get(name) for name in function.__code__.co_names}
