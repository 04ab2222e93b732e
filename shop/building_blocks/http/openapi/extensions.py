"""What drf-spectacular has to be told about our own kinds of things."""

from typing import Any, cast

import msgspec
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.settings import spectacular_settings

Endpoints = list[tuple[str, str, str, Any]]

_REFERENCE = "#/components/schemas/{name}"


def split_by_method(endpoints: Endpoints) -> Endpoints:
    """Preprocessing hook: document each method of a path by its own endpoint."""
    return [
        (path, regex, method, getattr(view, "views", {}).get(method, view))
        for path, regex, method, view in endpoints
    ]


class BearerScheme(OpenApiAuthenticationExtension):
    """OAuth's flows, and the scopes of each slice."""

    target_class = "shop.building_blocks.http.bearer.BearerAuthentication"
    match_subclasses = True
    name = "oauth2"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        endpoint: Any = auto_schema.view
        return {self.name: endpoint.required_scopes}

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        settings = spectacular_settings
        by_client = {"tokenUrl": settings.OAUTH2_TOKEN_URL, "scopes": settings.OAUTH2_SCOPES}
        by_user = {"authorizationUrl": settings.OAUTH2_AUTHORIZATION_URL, **by_client}
        return {"type": "oauth2", "flows": {"authorizationCode": by_user, "clientCredentials": by_client}}


class BodySchema(OpenApiSerializerExtension):
    """Unknown fields are refused, so they are not to be sent."""

    target_class = "shop.building_blocks.http.bodies.RequestBody"
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema = auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        return {**schema, "additionalProperties": False}


class DecimalSchema(OpenApiSerializerFieldExtension):
    """As the field is read: with a digit at least, and a sign only where it may be negative."""

    target_class = "rest_framework.serializers.DecimalField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        field = self.target
        sign = "-?" if field.min_value is None or field.min_value < 0 else ""
        digits = rf"\d{{1,{field.max_whole_digits}}}(\.\d{{1,{field.decimal_places}}})?"
        return {"type": "string", "format": "decimal", "pattern": f"^{sign}{digits}$"}


class TextSchema(OpenApiSerializerFieldExtension):
    """White space around a text is cut off, so that alone it is nothing."""

    target_class = "rest_framework.serializers.CharField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> dict[str, Any]:
        schema: dict[str, Any] = auto_schema._map_serializer_field(
            self.target, direction, bypass_extensions=True
        )
        is_something = self.target.trim_whitespace and not self.target.allow_blank
        return {**schema, "pattern": r"\S"} if is_something else schema


class StructSchema(OpenApiSerializerExtension):
    """A msgspec Struct as a component of the document: answers are encoded straight from Structs."""

    target_class = "msgspec.Struct"
    match_subclasses = True

    def get_name(self, auto_schema: AutoSchema, direction: str) -> str:
        name: str = self.target.__name__
        return name

    def map_serializer(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        own = self.target.__name__
        _, components = msgspec.json.schema_components([self.target], ref_template=_REFERENCE)
        for name, schema in components.items():
            if name != own:
                component = ResolvedComponent(name, ResolvedComponent.SCHEMA, schema, name)
                auto_schema.registry.register_on_missing(component)
        return cast("dict[str, Any]", components[own])
