"""The errors of an operation: each status with every type of problem that it may stand for."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, NamedTuple

from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.exceptions import (
    APIException,
    NotAuthenticated,
    NotFound,
    ParseError,
    Throttled,
    UnsupportedMediaType,
    ValidationError,
)

from shop.building_blocks.errors import Refusal
from shop.building_blocks.http.bearer import InvalidToken
from shop.building_blocks.http.headers import MalformedHeader
from shop.building_blocks.http.openapi import headers
from shop.building_blocks.http.parsers import BodyTooLarge, LengthRequired
from shop.building_blocks.http.principals import InsufficientScope, UserRequired
from shop.building_blocks.http.problems import MEDIA_TYPE, OurFault, type_of

Error = type[Refusal] | type[APIException]

OF_A_BODY: tuple[Error, ...] = (
    ValidationError,
    ParseError,
    LengthRequired,
    BodyTooLarge,
    UnsupportedMediaType,
)
OF_A_QUERY: tuple[Error, ...] = (ValidationError, ParseError)
OF_A_PATH: tuple[Error, ...] = (NotFound,)
OF_A_HEADER: tuple[Error, ...] = (MalformedHeader,)
OF_A_TOKEN: tuple[Error, ...] = (NotAuthenticated, InvalidToken)
OF_A_SCOPE: tuple[Error, ...] = (InsufficientScope,)
OF_A_USER: tuple[Error, ...] = (UserRequired,)
OF_A_LIMIT: tuple[Error, ...] = (Throttled,)
OF_OURS: tuple[Error, ...] = (OurFault,)

_HEADERS = {401: ["WWW-Authenticate"], 403: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}
_FIELDS = [{"pointer": "#/name", "detail": "This field is required.", "code": "required"}]


class Problem(NamedTuple):
    name: str
    type: str
    status: int
    title: str
    detail: str

    @classmethod
    def of(cls, error: Error) -> "Problem":
        if issubclass(error, Refusal):
            title = error.title()
            return cls(error.__name__, type_of(error.slug()), error.status, title, f"{title}.")
        title = HTTPStatus(error.status_code).phrase
        return cls(error.__name__, type_of(error.default_code), error.status_code, title, _detail(error))

    def example(self) -> dict[str, Any]:
        document = {
            "type": self.type,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "instance": "/api/v1/things",
            "trace_id": "0af7651916cd43dd8448eb211c80319c",
        }
        return document | ({"errors": _FIELDS} if self.name == "ValidationError" else {})


def responses(errors: Iterable[Error]) -> dict[str, ResolvedComponent]:
    """A component per status. Operations with the same errors share them."""
    by_status: dict[int, list[Problem]] = {}
    for error in dict.fromkeys(errors):
        problem = Problem.of(error)
        by_status.setdefault(problem.status, []).append(problem)
    return {str(status): _response(status, by_status[status]) for status in sorted(by_status)}


def _response(status: int, problems: list[Problem]) -> ResolvedComponent:
    name = "Or".join(problem.name for problem in problems)
    types = {"type": {"enum": [problem.type for problem in problems]}}
    examples = {one.name: {"summary": one.title, "value": one.example()} for one in problems}
    response = {
        "description": " ".join(problem.detail for problem in problems),
        "headers": headers.references("X-Request-ID", *_HEADERS.get(status, [])),
        "content": {
            MEDIA_TYPE: {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, {"properties": types}]},
                "examples": examples,
            }
        },
    }
    return ResolvedComponent(name, ResolvedComponent.RESPONSE, response, name)


def _detail(error: type[APIException]) -> str:
    if issubclass(error, ValidationError):
        return "The request is not valid: see errors."
    return str(error.default_detail).format(media_type="text/plain")
