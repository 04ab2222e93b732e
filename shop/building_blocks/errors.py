"""Refusals: how the domain says no. The HTTP side turns them into problem details."""

import re
from collections.abc import Mapping, Sequence
from inspect import getdoc
from typing import Any, ClassVar


class Refusal(Exception):
    """The request is understood and refused by a rule.

    Each rule is a subclass next to the slice that raises it. Its name becomes the problem's type
    (``DuplicateSku`` is ``urn:shop:problem:duplicate-sku``), the first line of its docstring the
    problem's title, and its message the detail. ``errors`` says which parts of the request it is about:
    each has a ``pointer``, a ``detail``, and whatever else helps a program to do better.
    """

    status: ClassVar[int] = 422
    retry_after: ClassVar[int | None] = None
    """Seconds after which the same request may fare better, for the header."""

    def __init__(self, detail: str = "", errors: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(detail)
        self.errors = [{"code": self.slug(), **error} for error in errors]

    @classmethod
    def slug(cls) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()

    @classmethod
    def title(cls) -> str:
        return (getdoc(cls) or cls.__name__).partition("\n")[0].rstrip(".")

    def __str__(self) -> str:
        return super().__str__() or self.title()


class NotFound(Refusal):
    """There is no such thing."""

    status = 404


class Conflict(Refusal):
    """The present state does not allow it."""

    status = 409


class Unavailable(Refusal):
    """It cannot be answered at the moment."""

    status = 503
    retry_after = 1
