"""Every error is an RFC 9457 problem document."""

from http import HTTPStatus
from typing import Any, cast

import msgspec
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from drf_standardized_errors.formatter import ExceptionFormatter
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.types import Error
from rest_framework import exceptions, serializers

from shop.building_blocks.errors import Refusal
from shop.building_blocks.telemetry.context import trace_id

MEDIA_TYPE = "application/problem+json"
_OUR_FAULT = "Something went wrong on our side; the trace_id tells us what."


class RefusalResponse(exceptions.APIException):
    """A refusal of the domain on its way out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(detail=str(refusal), code=refusal.slug())
        self.status_code = refusal.status
        self.title = refusal.title()


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
        if isinstance(exc, exceptions.APIException):
            return exc
        return exceptions.APIException(_OUR_FAULT, code="internal_server_error")

    def get_response(self, exc: exceptions.APIException, data: dict[str, Any]) -> HttpResponse:
        """Not by the view's renderer, which may be one for pages."""
        return _answer(data, self.get_headers(exc))


class ProblemFormatter(ExceptionFormatter):
    def run(self) -> dict[str, Any]:
        invalid = isinstance(self.exc, exceptions.ValidationError)
        errors = [_error(one) for one in self.get_errors()] if invalid else None
        detail = "The request is not valid: see errors." if invalid else str(self.exc.detail)
        return problem(
            status=self.exc.status_code,
            code=_code(self.exc),
            title=getattr(self.exc, "title", None),
            detail=detail,
            instance=self.context["request"].path,
            errors=errors,
        )


def _code(exc: exceptions.APIException) -> str:
    codes = exc.get_codes()
    return codes if isinstance(codes, str) else exc.default_code


def _error(error: Error) -> dict[str, str]:
    """``attr`` is a path like ``lines/0/quantity``, None for the body as a whole."""
    field = "" if error.attr in {None, "non_field_errors"} else f"/{error.attr}"
    return {"pointer": f"#{field}", "detail": error.detail, "code": error.code}


def problem(  # noqa: PLR0913
    *,
    status: int,
    detail: str,
    instance: str,
    code: str = "",
    title: str | None = None,
    errors: list[dict[str, str]] | None = None,
) -> dict[str, Any]:
    """The members of RFC 9457, section 3.1, with ``errors`` and ``trace_id`` as extensions."""
    document: dict[str, Any] = {
        "type": f"urn:shop:problem:{code.replace('_', '-')}" if code else "about:blank",
        "title": title or HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": instance,
        "trace_id": trace_id(),
    }
    return document | ({"errors": errors} if errors is not None else {})


class ProblemErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="JSON Pointer (RFC 6901) as a URI fragment")
    detail = serializers.CharField()
    code = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """For the OpenAPI document only."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField()
    trace_id = serializers.CharField(allow_null=True)
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


def _answer(document: dict[str, Any], headers: dict[str, str]) -> HttpResponse:
    return HttpResponse(
        msgspec.json.encode(document),
        status=document["status"],
        content_type=MEDIA_TYPE,
        headers=headers,
    )


def _outside_drf(request: HttpRequest, status: int, detail: str, **headers: str) -> HttpResponse:
    code = HTTPStatus(status).phrase.lower().replace(" ", "_")
    return _answer(problem(status=status, code=code, detail=detail, instance=request.path), headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _outside_drf(request, 400, "The request could not be understood.")


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _outside_drf(request, 403, str(exception) or "This is not allowed.")


@csrf_exempt
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _outside_drf(request, 404, f"There is nothing at {request.path}.")


def method_not_allowed(request: HttpRequest, allow: str) -> HttpResponse:
    return _outside_drf(request, 405, f'Method "{request.method}" not allowed.', Allow=allow)


def server_error(request: HttpRequest) -> HttpResponse:
    return _outside_drf(request, 500, _OUR_FAULT)
