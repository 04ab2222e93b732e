"""Every error is an RFC 9457 problem document."""

from http import HTTPStatus
from typing import cast

import msgspec
from django.core.exceptions import DisallowedHost, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error
from rest_framework import exceptions

from shop.building_blocks.errors import Refusal
from shop.building_blocks.http.shapes import Problem, ProblemError
from shop.building_blocks.telemetry.context import trace_id

MEDIA_TYPE = "application/problem+json"


class OurFault(exceptions.APIException):
    """Whatever it was, the client could not help it."""

    default_code = "internal_server_error"
    default_detail = "Something went wrong on our side; the trace_id tells us what."


class RefusalResponse(exceptions.APIException):
    """A refusal of the domain on its way out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(detail=str(refusal), code=refusal.slug())
        self.status_code = refusal.status
        self.title = refusal.title()
        self.errors = refusal.errors
        self.wait = refusal.retry_after


class ProblemHandler(ExceptionHandler):
    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, Refusal):
            return RefusalResponse(exc)
        if isinstance(exc, Http404):
            return exceptions.NotFound(str(exc) or None)
        if isinstance(exc, SuspiciousOperation):
            return exceptions.ParseError(str(exc))
        return cast("Exception", super().convert_known_exceptions(exc))

    def should_not_handle(self, exc: Exception) -> bool:
        """Also with DEBUG on: the log has the traceback, the client a problem."""
        return False

    def convert_unhandled_exceptions(self, exc: Exception) -> exceptions.APIException:
        return exc if isinstance(exc, exceptions.APIException) else OurFault()

    def get_response(self, exc: exceptions.APIException, data: Problem) -> HttpResponse:
        """Not by the view's renderer, which may be one for pages."""
        return _answer(data, self.get_headers(exc))


class ProblemFormatter(ExceptionFormatter):
    def run(self) -> Problem:
        status = self.exc.status_code
        invalid = isinstance(self.exc, exceptions.ValidationError)
        return Problem(
            type=type_of(_code(self.exc)),
            title=getattr(self.exc, "title", HTTPStatus(status).phrase),
            status=status,
            detail="The request is not valid: see errors." if invalid else str(self.exc.detail),
            instance=self.context["request"].path,
            trace_id=trace_id(),
            errors=self._errors(),
        )

    def _errors(self) -> list[ProblemError] | msgspec.UnsetType:
        if isinstance(self.exc, exceptions.ValidationError):
            return [_error(one) for one in self.get_errors()]
        return getattr(self.exc, "errors", None) or msgspec.UNSET


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else exc.default_code


def _error(error: Error) -> ProblemError:
    """``attr`` is a path like ``lines/0/quantity``; ``non_field_errors`` ends that of a whole."""
    field = f"/{error.attr or 'non_field_errors'}".removesuffix("/non_field_errors")
    return {"pointer": f"#{field}", "detail": error.detail, "code": error.code}


def type_of(code: str) -> str:
    return f"urn:shop:problem:{code.replace('_', '-')}"


def _answer(problem: Problem, headers: dict[str, str]) -> HttpResponse:
    body = msgspec.json.encode(problem)
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE, headers=headers)


def _outside_drf(request: HttpRequest, status: int, detail: str, **headers: str) -> HttpResponse:
    title = HTTPStatus(status).phrase
    problem = Problem(
        type=type_of(title.lower().replace(" ", "-")),
        title=title,
        status=status,
        detail=detail,
        instance=request.path,
        trace_id=trace_id(),
    )
    return _answer(problem, headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, DisallowedHost):
        return _outside_drf(request, 400, "Nothing is served by the name in the Host header.")
    return _outside_drf(request, 400, "The request could not be understood.")


def unauthorized(request: HttpRequest, detail: str) -> HttpResponse:
    return _outside_drf(request, 401, detail, **{"WWW-Authenticate": "Bearer"})


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _outside_drf(request, 403, str(exception) or "This is not allowed.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _outside_drf(request, 403, "The form is not one that we gave you lately: open its page again.")


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _outside_drf(request, 404, f"There is nothing at {request.path}.")


def method_not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    return _outside_drf(request, 405, f'Method "{request.method}" not allowed.', Allow=allow)


def server_error(request: HttpRequest) -> HttpResponse:
    return _outside_drf(request, OurFault.status_code, OurFault.default_detail)
