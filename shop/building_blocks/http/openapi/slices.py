"""The OpenAPI document says of each slice what the slice itself says."""

from collections.abc import Iterator
from http import HTTPStatus
from inspect import cleandoc, getdoc, getmodule
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from shop.building_blocks.http.endpoints import Endpoint, UserEndpoint
from shop.building_blocks.http.openapi import examples, extensions, headers, problems
from shop.building_blocks.http.openapi.traits import Trait, traits_of
from shop.building_blocks.http.shapes import Problem

__all__ = ["SliceSchema", "extensions"]  # the latter register themselves


class SliceSchema(AutoSchema):
    """An operation is named after its slice, summarised by its docstring, tagged with its module."""

    view: Endpoint  # type: ignore[override]

    def get_operation_id(self) -> str:
        return type(self.view).__name__.removesuffix("Endpoint")

    def get_summary(self) -> str:
        return self._docstring()[0].rstrip(".")

    def get_description(self) -> str:  # type: ignore[override]
        """The rest of the slice's docstring, the endpoint's own (not the inherited one), and the scope."""
        own = cleandoc(vars(type(self.view)).get("__doc__") or "")
        return "\n\n".join(part for part in (self._docstring()[1], own, self._access()) if part)

    def _access(self) -> str:
        if self._is_public():
            return "Needs no token."
        scopes = ", ".join(f"`{scope}`" for scope in self.view.required_scopes)
        needs = f"the scope {scopes}" if scopes else "a token"
        user = " that stands for a user" if isinstance(self.view, UserEndpoint) else ""
        return f"Needs {needs}{user}."

    def _docstring(self) -> tuple[str, str]:
        first, _, rest = (getdoc(getmodule(type(self.view))) or "").partition("\n")
        return first, rest.strip()

    def get_tags(self) -> list[str]:
        return [self._module().rpartition(".")[2]]

    def _module(self) -> str:
        """``shop.modules.catalog``"""
        return ".".join(type(self.view).__module__.split(".")[:3])

    def _traits(self) -> list[Trait]:
        return list(traits_of(self.view, self.method))

    def _get_parameters(self) -> list[dict[str, Any]]:
        sent = [headers.REQUEST_ID, *(trait.parameter for trait in self._traits() if trait.parameter)]
        return [*super()._get_parameters(), *map(self._reference, sent)]

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        if body:
            shape: Any = self.get_request_serializer()
            for content in body["content"].values():
                content["example"] = shape.example
        return body

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        """The answers of the slice, and a problem for everything that can go wrong with it."""
        answers: dict[str, Any] = super()._get_response_bodies(direction)
        shapes: Any = self.get_response_serializers()
        for status, answer in answers.items():
            self._complete(answer, status, shapes[int(status)])
        if headers.IF_NONE_MATCH in [trait.parameter for trait in self._traits()]:
            answers["304"] = self._complete({}, "304")
        return dict(sorted({**answers, **self._problems()}.items()))

    def _complete(self, answer: dict[str, Any], status: str, shape: Any = None) -> dict[str, Any]:
        """Give it a description, its headers and an example."""
        names = ["X-Request-ID", *(name for trait in self._traits() for name in trait.answers)]
        answer["description"] = HTTPStatus(int(status)).phrase
        answer["headers"] = {name: self._reference(headers.ANSWERED[name]) for name in names}
        for content in answer.get("content", {}).values():
            content["example"] = examples.of_struct(shape, self._module())
        return answer

    def _problems(self) -> dict[str, Any]:
        shape: Any = Problem
        self.resolve_serializer(shape, "response")
        for header in headers.ANSWERED.values():
            self._reference(header)
        errors = problems.responses(self._errors())
        return {status: self._reference(response) for status, response in errors.items()}

    def _errors(self) -> Iterator[problems.Error]:
        if self.method in {"POST", "PUT", "PATCH"}:
            yield from problems.OF_A_BODY
        if any(parameter.get("in") == "query" for parameter in super()._get_parameters()):
            yield from problems.OF_A_QUERY
        if "{" in self.path:
            yield from problems.OF_A_PATH
        if not self._is_public():
            yield from problems.OF_A_TOKEN
        if self.view.required_scopes:
            yield from problems.OF_A_SCOPE
        if isinstance(self.view, UserEndpoint):
            yield from problems.OF_A_USER
        yield from problems.OF_A_LIMIT
        yield from self.view.refuses
        for trait in self._traits():
            yield from trait.errors if self._is_public() else (*trait.errors, *trait.errors_of_clients)
        yield from problems.OF_OURS

    def _is_public(self) -> bool:
        return not self.view.permission_classes

    def _reference(self, component: ResolvedComponent) -> Any:
        self.registry.register_on_missing(component)
        return component.ref
