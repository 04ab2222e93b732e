"""The OpenAPI document says of each slice what the slice itself says."""

from inspect import cleandoc, getdoc, getmodule
from typing import Any, cast

import msgspec
from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.settings import spectacular_settings

from shop.building_blocks.http.endpoints import Endpoint
from shop.building_blocks.http.problems import MEDIA_TYPE, ProblemSerializer

Endpoints = list[tuple[str, str, str, Any]]

_REFERENCE = "#/components/schemas/{name}"


def split_by_method(endpoints: Endpoints) -> Endpoints:
    """Preprocessing hook: document each method of a path by its own endpoint."""
    return [
        (path, regex, method, getattr(view, "views", {}).get(method, view))
        for path, regex, method, view in endpoints
    ]


class SliceSchema(AutoSchema):
    """An operation is named after its slice, summarised by its docstring, tagged with its module."""

    view: Endpoint  # type: ignore[override]

    def get_operation_id(self) -> str:
        return type(self.view).__name__.removesuffix("Endpoint")

    def get_summary(self) -> str:
        return (getdoc(getmodule(type(self.view))) or "").partition("\n")[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        """Not inherited: the base class speaks to us, not to the API's readers."""
        return cleandoc(vars(type(self.view)).get("__doc__") or "")

    def get_tags(self) -> list[str]:
        return [type(self.view).__module__.split(".")[2]]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The answers of the slice, and a problem for everything that can go wrong with it."""
        problems = {str(status): self._problem(status, detail) for status, detail in self._problems()}
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        return dict(sorted({**problems, **bodies}.items()))

    def _problems(self) -> list[tuple[int, str]]:
        found = {500: "Something went wrong on our side."}
        if self.method in {"POST", "PUT", "PATCH"}:
            found |= {400: "The request is not valid.", 415: "The body is not JSON."}
        elif any(parameter["in"] == "query" for parameter in self._get_parameters()):
            found |= {400: "A parameter is not valid."}
        if self.view.permission_classes:
            found |= {401: "No valid access token.", 403: "The token lacks the scope."}
        if self.view.throttle_classes:
            found |= {429: "Too many requests; Retry-After says when to come back."}
        for refusal in self.view.refuses:
            found[refusal.status] = refusal.title() + "."
        return sorted(found.items())

    def _problem(self, status: int, detail: str) -> dict[str, Any]:
        response = self._get_response_for_code(  # type: ignore[no-untyped-call]
            ProblemSerializer, str(status), [MEDIA_TYPE]
        )
        return {**response, "description": detail}


class BearerScheme(OpenApiAuthenticationExtension):
    """OAuth's flows, and the scopes of each slice."""

    target_class = "shop.building_blocks.http.bearer.BearerAuthentication"
    match_subclasses = True
    name = "oauth2"

    def get_security_requirement(self, auto_schema: AutoSchema) -> dict[str, list[str]]:
        return {self.name: cast("Endpoint", auto_schema.view).required_scopes}

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
