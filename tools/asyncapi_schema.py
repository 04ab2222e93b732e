"""AsyncAPI's own JSON Schema for the tests, from the package that its authors publish with npm.

No package for Python has it. Without npm the tests skip what needs it, and say so.
"""

import base64
import hashlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable
from pathlib import Path

from tools.apt import last_line, say

PACKAGE = "@asyncapi/specs@6.11.1"
_SHA512 = "A3WBLqAKGoJ2+6FWFtpjBlCQ1oFCcs4GxF7zsIGvNqp/klGUHjlA3aAcZ9XMMpLGE8zPeYDz2x9FmO6DSuKraQ=="
_MEMBER = "package/schemas/3.0.0.json"
_PLACE = Path(sys.prefix) / "share" / "asyncapi" / "6.11.1-3.0.0.json"
ADVICE = f"There is no AsyncAPI schema to compare with: install npm, and `make test` gets {PACKAGE}."


def find() -> Path | None:
    return _PLACE if _PLACE.exists() else None


def provide(pytest_arguments: Iterable[str]) -> None:
    """Unless tests were picked that need none."""
    picked = [argument for argument in pytest_arguments if not argument.startswith("-")]
    if not find() and shutil.which("npm") and (not picked or any("messaging" in one for one in picked)):
        say(f"{PACKAGE}: fetching with npm (once)")
        _PLACE.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=_PLACE.parent) as folder:
            _fetch(Path(folder))


def _fetch(folder: Path) -> None:
    """ValueError when what comes is not what was looked at."""
    command = ["npm", "pack", "--silent", "--ignore-scripts", PACKAGE]
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    if done.returncode:
        say(f"npm could not: {last_line(done.stderr)}")
        return
    (archive,) = folder.glob("*.tgz")
    if base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode() != _SHA512:
        raise ValueError(f"{PACKAGE} is not the one whose checksum is written down here")
    with tarfile.open(archive) as package:
        package.extract(_MEMBER, folder)
    (folder / _MEMBER).replace(_PLACE)
