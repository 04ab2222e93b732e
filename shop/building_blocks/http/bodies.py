"""Request bodies: every field's error at once, and no field that nobody knows."""

from typing import Any, ClassVar

from rest_framework import exceptions, serializers
from rest_framework.request import Request

_TWICE = exceptions.ErrorDetail("Given more than once.", code="repeated")
_UNKNOWN = exceptions.ErrorDetail("Unknown field.", code="unknown")
_TYPES = (
    (serializers.BooleanField, bool, "true or false"),
    (serializers.IntegerField, int, "a whole number"),
    (serializers.CharField, str, "a string"),
    (serializers.DecimalField, str, "a string with a decimal number"),
    (serializers.UUIDField, str, "a string"),
    (serializers.ChoiceField, str, "a string"),
)
"""What JSON has for each kind of field. DRF would take numbers for text and text for numbers."""


class RequestBody(serializers.Serializer[Any]):
    """The shape of a request. Unknown fields are refused by name: a typo must not be ignored."""

    example: ClassVar[dict[str, Any]] = {}
    """A good one, for the OpenAPI document."""
    has_types: ClassVar[bool] = True

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
        """Fields that nobody knows, and values of another type than the field's."""
        unknown = {name: [_UNKNOWN] for name in sorted(set(data) - set(self.fields))}
        known = {name: _mistyped(field, data.get(name)) for name, field in self.fields.items()}
        return unknown | {name: errors for name, errors in known.items() if errors and self.has_types}

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        """The validated fields; ValidationError (400) names every field that is wrong."""
        body = cls(data=request.data)
        body.is_valid(raise_exception=True)
        return dict(body.validated_data)


class QueryParameters(RequestBody):
    """The shape of a query string, where everything is text; unknown parameters are refused."""

    has_types = False

    @classmethod
    def read(cls, request: Request) -> dict[str, Any]:
        parameters = cls(data=request.query_params.dict())
        twice = {name: [_TWICE] for name, values in request.query_params.lists() if len(values) > 1}
        if twice:
            raise serializers.ValidationError(twice)
        parameters.is_valid(raise_exception=True)
        return dict(parameters.validated_data)


class Flag(serializers.BooleanField):
    """A parameter that is ``true`` or ``false``, and in no other words."""

    TRUE_VALUES, FALSE_VALUES, NULL_VALUES = {"true"}, {"false"}, set()


def _mistyped(field: Any, value: Any) -> list[exceptions.ErrorDetail]:
    for kind, json_type, name in _TYPES:
        if isinstance(field, kind) and not _is(value, json_type):
            return [exceptions.ErrorDetail(f"Must be {name}.", code="invalid")]
    return []


def _is(value: Any, json_type: type) -> bool:
    """None is the field's own business. In JSON 1.0 is a whole number, and true is none."""
    if value is None or isinstance(value, bool):
        return value is None or json_type is bool
    return isinstance(value, json_type) or (
        json_type is int and isinstance(value, float) and value.is_integer()
    )
