"""A start that is refused says why in a sentence, to which a traceback would add nothing."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured


@contextmanager
def in_a_sentence() -> Iterator[None]:
    """Exits with 1 when something in the block is an ImproperlyConfigured."""
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(f"{error}")
