"""Errors in OAuth's form, RFC 6749 section 5.2, and what must not be in a request."""

from base64 import b64decode
from collections.abc import Iterable
from urllib.parse import unquote_plus

from django.http import HttpRequest, JsonResponse, QueryDict

CHALLENGE = 'Basic realm="shop"'


def refuse(error: str, description: str, status: int = 400, **headers: str) -> JsonResponse:
    body = {"error": error, "error_description": description}
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store", **headers})


def unknown_client(description: str) -> JsonResponse:
    return refuse("invalid_client", description, 401, **{"WWW-Authenticate": CHALLENGE})


def repeated(parameters: QueryDict) -> list[str]:
    """Parameters that came more than once: RFC 6749, section 3.2. RFC 8707 lets ``resource`` do so."""
    return [name for name, values in parameters.lists() if len(values) > 1 and name != "resource"]


def has_nul(values: Iterable[str]) -> bool:
    """PostgreSQL stores no NUL, and answers a query for one with an error."""
    return any("\0" in value for value in values)


def values_of(parameters: QueryDict) -> list[str]:
    return [value for _, values in parameters.lists() for value in values]


def basic_credentials(request: HttpRequest) -> tuple[str, str] | None:
    """The client's id and secret by HTTP Basic, RFC 6749 section 2.3.1; ValueError when they are mangled."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    client_id, _, secret = b64decode(encoded, validate=True).decode().partition(":")
    return unquote_plus(client_id), unquote_plus(secret)
