"""Request bodies: every field's error at once, and no field that nobody knows."""

from typing import Any

from rest_framework import exceptions, serializers
from rest_framework.request import Request

_TWICE = exceptions.ErrorDetail("Given more than once.", code="repeated")
_UNKNOWN = exceptions.ErrorDetail("Unknown field.", code="unknown")


class RequestBody(serializers.Serializer[Any]):
    """The shape of a request. Unknown fields are refused by name: a typo must not be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = set(data) - set(self.fields) if isinstance(data, dict) else set()
        errors: dict[str, Any] = {name: [_UNKNOWN] for name in sorted(unknown)}
        values = None
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if not isinstance(error.detail, dict):
                raise
            errors |= error.detail
        if errors:
            raise serializers.ValidationError(errors)
        return values

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The validated fields; ValidationError (400) names every field that is wrong."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class QueryParameters(RequestBody):
    """The shape of a query string; unknown parameters are refused."""

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        parameters = cls(data=request.query_params.dict())
        twice = {name: [_TWICE] for name, values in request.query_params.lists() if len(values) > 1}
        if twice:
            raise serializers.ValidationError(twice)
        parameters.is_valid(raise_exception=True)
        return dict(parameters.validated_data)
