"""The rules of the house that imports cannot show, as Django system checks.

They run with ``manage.py check``, and before every ``migrate`` and ``serve``. Each has a test that breaks
it. What may import what is in ``pyproject.toml``, for import-linter.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver

from shop.building_blocks import modules
from shop.building_blocks.architecture import manifests, meanings
from shop.building_blocks.http.endpoints import Endpoint, PublicEndpoint, UserEndpoint, called_by
from shop.building_blocks.http.etags import expected_version
from shop.building_blocks.http.idempotency import once
from shop.building_blocks.mediator import Command, Query, mediator

T = TypeVar("T")


def every_module_has_its_database(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Module {module} has no database alias of its own.",
            hint=f"Add DATABASES[{module!r}] to the settings.",
            id="shop.E001",
        )
        for module in modules.names()
        if not settings.DATABASES.get(module)
    ]


def the_default_database_is_empty(**_: Any) -> list[CheckMessage]:
    if settings.DATABASES["default"]["ENGINE"] == "django.db.backends.dummy":
        return []
    message = "DATABASES['default'] is a database, so a bare atomic() would guard nothing silently."
    return [Error(message, hint="Leave it {}.", id="shop.E002")]


def no_relation_crosses_modules(**_: Any) -> list[CheckMessage]:
    """SQLite would even migrate one, and fail much later."""
    return [
        Error(
            f"{model._meta.label}.{field.name} points from {_owner(model)} to {_owner(field.related_model)}.",
            hint="Keep the other module's id in a UUIDField.",
            id="shop.E003",
        )
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields(include_hidden=True)
        if field.is_relation
        and field.concrete
        and isinstance(field.related_model, type)
        and _owner(field.related_model) != _owner(model)
    ]


def every_slice_names_its_scopes(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{endpoint.__name__} names no scope.",
            hint="Set required_scopes; or derive it from PublicEndpoint if it is for everybody, from "
            "UserEndpoint if it is about whoever asks.",
            id="shop.E004",
        )
        for endpoint in _slices(Endpoint)
        if not issubclass(endpoint, PublicEndpoint | UserEndpoint)
        and not getattr(endpoint, "required_scopes", ())
    ]


def every_scope_is_known(**_: Any) -> list[CheckMessage]:
    known: Mapping[str, str] = settings.OAUTH2_PROVIDER["SCOPES"]
    return [
        Error(
            f"{endpoint.__name__} requires {scope}, which no client can be given.",
            hint="Add it to OAUTH2_PROVIDER['SCOPES'].",
            id="shop.E005",
        )
        for endpoint in _slices(Endpoint)
        for scope in getattr(endpoint, "required_scopes", ())
        if scope not in known
    ]


def every_endpoint_is_served(**_: Any) -> list[CheckMessage]:
    reached = set(served(get_resolver().url_patterns))
    return [
        Error(
            f"{endpoint.__name__} is served at no URL.",
            hint="Add it to the urls.py of its module.",
            id="shop.E006",
        )
        for endpoint in _slices(Endpoint)
        if endpoint not in reached
    ]


def every_message_is_handled(**_: Any) -> list[CheckMessage]:
    handled = mediator.handled()
    return [
        Error(
            f"{message.__name__} has no handler.",
            hint="Decorate a function of its slice with @handles.",
            id="shop.E007",
        )
        for message in (*_slices(Command), *_slices(Query))
        if message not in handled
    ]


def every_post_may_be_sent_again(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{endpoint.__name__} would do the same again when a client repeats its POST.",
            hint="Answer with once(request, command, ...): it knows the Idempotency-Key.",
            id="shop.E008",
        )
        for endpoint in _slices(Endpoint)
        if hasattr(endpoint, "post") and once not in called_by(endpoint.post)
    ]


def nothing_is_changed_unseen(**_: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{endpoint.__name__} lets a {method.upper()} overwrite what its client has not seen.",
            hint="Give the command expected_version(request), and check it once the row is locked.",
            id="shop.E009",
        )
        for endpoint in _slices(Endpoint)
        for method in ("put", "patch", "delete")
        if hasattr(endpoint, method) and expected_version not in called_by(getattr(endpoint, method))
    ]


RULES = (
    every_module_has_its_database,
    the_default_database_is_empty,
    no_relation_crosses_modules,
    every_slice_names_its_scopes,
    every_scope_is_known,
    every_endpoint_is_served,
    every_message_is_handled,
    every_post_may_be_sent_again,
    nothing_is_changed_unseen,
    *manifests.RULES,
    *meanings.RULES,
)


def _owner(model: type[Model]) -> str:
    label = model._meta.app_label
    return modules.owner_of(label) or label


def _slices(base: type[T]) -> Iterator[type[T]]:
    """The subclasses of ``base``, direct or not, that live in a module."""
    inside = tuple(f"{module.name}." for module in modules.installed())
    for kind in base.__subclasses__():
        if kind.__module__.startswith(inside):
            yield kind
        yield from _slices(kind)


def served(patterns: Iterable[URLPattern | URLResolver]) -> Iterator[type[Endpoint]]:
    """The endpoint of each method of each path."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from served(pattern.url_patterns)
        else:
            yield from (view.cls for view in getattr(pattern.callback, "views", {}).values())
