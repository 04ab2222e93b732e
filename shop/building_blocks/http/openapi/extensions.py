"""What drf-spectacular has to be told about our own kinds of things."""

from typing import Any, cast

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
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
        flow = {"tokenUrl": settings.OAUTH2_TOKEN_URL, "scopes": settings.OAUTH2_SCOPES}
        return {"type": "oauth2", "flows": dict.fromkeys(settings.OAUTH2_FLOWS, flow)}


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
