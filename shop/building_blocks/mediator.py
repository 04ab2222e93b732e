"""In-process mediator: every message has one handler, and every send passes the behaviours.

>>> from dataclasses import dataclass
>>> @dataclass(frozen=True)
... class Add(Query[int]):
...     a: int
...     b: int
>>> mediator = Mediator()
>>> @mediator.handles(Add)
... def add(query: Add) -> int:
...     return query.a + query.b
>>> mediator.send(Add(1, 2))
3
"""

from collections.abc import Callable
from functools import partial
from typing import Any, Protocol, TypeVar, overload

from django.db import OperationalError, transaction

from shop.building_blocks.messages import Command, Message, Query
from shop.building_blocks.modules import module_of
from shop.building_blocks.telemetry.metrics.behaviour import measured
from shop.building_blocks.telemetry.tracing import traced

__all__ = ["Command", "Mediator", "Message", "Query", "handles", "mediator", "send"]

R = TypeVar("R")
T = TypeVar("T")


class Behaviour(Protocol):
    """Wraps every send: ``call_next`` is the next behaviour, or the handler."""

    def __call__(self, message: Message[Any], call_next: Callable[[], Any], /) -> Any: ...


class Mediator:
    def __init__(self, *behaviours: Behaviour) -> None:
        self._behaviours = behaviours
        self._handlers: dict[type[Message[Any]], Callable[[Any], Any]] = {}

    def handles(self, message_type: type[Message[R]]) -> Callable[[Callable[[Any], R]], Callable[[Any], R]]:
        """Make the decorated function the handler of ``message_type``; a second one is a TypeError."""

        def register(handler: Callable[[Any], R]) -> Callable[[Any], R]:
            if message_type in self._handlers:
                raise TypeError(f"{message_type.__name__} already has a handler")
            self._handlers[message_type] = handler
            return handler

        return register

    @overload
    def send(self, message: Message[R]) -> R: ...

    @overload
    def send(self, message: Message[R], then: Callable[[R], T]) -> T: ...

    def send(self, message: Message[Any], then: Callable[[Any], Any] | None = None) -> Any:
        """Hand the message to its handler and return the answer; LookupError when it has none.

        ``then`` makes something else of the answer, inside the transaction of a command: what it writes
        to the command's module is committed with the change, and what it raises rolls the change back.
        """
        try:
            handler = self._handlers[type(message)]
        except KeyError:
            raise LookupError(f"no handler for {type(message).__name__}") from None
        call: Callable[[], Any] = partial(handler, message)
        if then:
            call = partial(_then, call, then)
        for behaviour in reversed(self._behaviours):
            call = partial(behaviour, message, call)
        return call()

    def handled(self) -> set[type[Message[Any]]]:
        return set(self._handlers)


def _then(call: Callable[[], R], then: Callable[[R], T]) -> T:
    return then(call())


_DEADLOCK_DETECTED = "40P01"
_RETRIES = 4


def again_after_deadlock(message: Message[Any], call_next: Callable[[], Any], /) -> Any:
    """PostgreSQL ends one of the transactions that wait for each other in a circle: it begins anew."""
    for _ in range(_RETRIES):
        try:
            return call_next()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) != _DEADLOCK_DETECTED:
                raise
    return call_next()


def in_transaction(message: Message[Any], call_next: Callable[[], Any], /) -> Any:
    """Commit a command's changes together with the events it published.

    ``durable`` refuses to nest, so a handler that sends a command is an error and not a surprise.
    """
    if not isinstance(message, Command):
        return call_next()
    with transaction.atomic(using=module_of(type(message).__module__), durable=True):
        return call_next()


mediator = Mediator(traced, measured, again_after_deadlock, in_transaction)
handles = mediator.handles
send = mediator.send
