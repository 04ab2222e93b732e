"""FOO, or the file that FOO_FILE names: Docker and Kubernetes hand out secrets as files."""

from collections.abc import Callable
from math import isfinite
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

_ON, _OFF = ("on", "true", "yes", "y", "1"), ("off", "false", "no", "n", "0")


class Variables(environ.FileAwareEnv):
    """Guesses at nothing: ``ture`` is not off, ``500ms`` are not 500, and a secret may begin with a ``$``.

    Raises ImproperlyConfigured with the name of the variable. For flags and numbers, empty is not set.
    The newline that editors put at the end of a file is not part of a secret.
    """

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, parse_default: bool = False
    ) -> Any:
        try:
            text = self.ENVIRON[var].rstrip("\r\n")
        except KeyError:
            return super().get_value(var, cast, default, parse_default)
        except OSError as error:
            raise ImproperlyConfigured(f"{var}_FILE is {error.filename}: {error.strerror}.") from None
        if cast not in _KINDS:
            return self.parse_value(text, cast)
        return _read(var, text.strip(), cast) if text.strip() else default


def _read(name: str, text: str, kind: Any) -> Any:
    read, meaning = _KINDS[kind]
    try:
        return read(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {text!r} and must be {meaning}.") from None


def _flag(text: str) -> bool:
    if text.lower() not in (*_ON, *_OFF):
        raise ValueError(text)
    return text.lower() in _ON


def _number(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text)
    return number


_KINDS: dict[Any, tuple[Callable[[str], Any], str]] = {
    bool: (_flag, "on or off"),
    int: (int, "a whole number"),
    float: (_number, "a number"),
}
