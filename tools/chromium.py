"""A browser for the tests: Debian's Chromium. Without one they skip what needs it, and say so."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tools.apt import install

ADVICE = "There is no Chromium to look at the pages with: install it (apt install chromium)."


def find() -> Path | None:
    found = shutil.which("chromium")
    return Path(found) if found else None


def provide(pytest_arguments: Iterable[str]) -> None:
    """Unless tests were picked that need none."""
    picked = [argument for argument in pytest_arguments if not argument.startswith("-")]
    if not find() and (not picked or any("browser" in argument for argument in picked)):
        install("chromium")
