"""What can be sent. Without Django, so that contracts may ask and answer in these terms, too."""

from typing import Generic, TypeVar

R = TypeVar("R")


class Message(Generic[R]):
    """Answered by exactly one handler with an ``R``."""


class Command(Message[R]):
    """Changes the state of its module, in a transaction of its own."""


class Query(Message[R]):
    """Reads."""
