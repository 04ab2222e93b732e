"""Request bodies: every field's error at once, and no field that nobody knows."""

from functools import cache
from typing import Any, ClassVar

from rest_framework import exceptions, serializers
from rest_framework.request import Request

from shop.building_blocks.http.kinds import misfit_in_json, misfit_in_text

_TWICE = exceptions.ErrorDetail("Given more than once.", code="repeated")
_UNKNOWN = exceptions.ErrorDetail("Unknown field.", code="unknown")


class RequestBody(serializers.Serializer[Any]):
    """The shape of a request. Unknown fields are refused by name: a typo must not be ignored."""

    example: ClassVar[dict[str, Any]] = {}
    """A good one, for the OpenAPI document."""

    _misfit = staticmethod(misfit_in_json)

    def to_internal_value(self, data: Any) -> Any:
        errors: dict[str, Any] = self._misfits(data) if isinstance(data, dict) else {}
        values = None
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            errors = error.detail | errors
        if errors:
            raise serializers.ValidationError(errors)
        return values

    def _misfits(self, data: dict[str, Any]) -> dict[str, Any]:
        """Fields that nobody knows, and values that are not of their field's kind."""
        unknown = {name: [_UNKNOWN] for name in sorted(set(data) - set(self.fields))}
        known = {name: self._misfit(field, data.get(name)) for name, field in self.fields.items()}
        return unknown | {name: errors for name, errors in known.items() if errors}

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The validated fields; ValidationError (400) names every field that is wrong."""
        return dict(_the_one(cls).run_validation(request.data))


class QueryParameters(RequestBody):
    """The shape of a query string; unknown parameters are refused."""

    _misfit = staticmethod(misfit_in_text)

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        twice = {name: [_TWICE] for name, values in request.query_params.lists() if len(values) > 1}
        if twice:
            raise serializers.ValidationError(twice)
        return dict(_the_one(cls).run_validation(request.query_params.dict()))


@cache
def _the_one(shape: type[RequestBody]) -> RequestBody:
    """Validating leaves no trace in it, and making one copies every field, down to the last choice."""
    return shape()
