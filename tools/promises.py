"""Documents that are checked in because they promise something to programs of others.

Writing one anew refuses what would break those; with ``--check`` it is only looked at.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from tools.shapes import Node

DOCS = Path(__file__).parent.parent / "docs"


@dataclass(frozen=True, kw_only=True)
class Promise:
    document: Path
    generate: Sequence[str]
    """The arguments of `manage.py` that print it."""
    breaking_changes: Callable[[Node, Node], list[str]]
    whom: str
    if_meant: str
    target: str
    """Of make."""

    def keep(self, arguments: Sequence[str]) -> int:
        promised = self.document.read_text() if self.document.exists() else ""
        made = self._made()
        if made.returncode:
            print(made.stderr)
            return 1
        if promised and (
            broken := self.breaking_changes(yaml.safe_load(promised), yaml.safe_load(made.stdout))
        ):
            return self._refuse(broken)
        if "--check" in arguments and made.stdout != promised:
            print(f"{self.document.name} is not what the code says: `make {self.target}` writes it anew.")
            return 1
        self.document.write_text(made.stdout)
        return 0

    def _made(self) -> subprocess.CompletedProcess[str]:
        command = (sys.executable, "manage.py", *self.generate)
        env = {"DEBUG": "on", **os.environ}
        return subprocess.run(command, check=False, capture_output=True, text=True, env=env)

    def _refuse(self, broken: list[str]) -> int:
        print(f"This breaks programs that {self.whom}:", *broken, sep="\n- ")
        print(f"{self.if_meant} Then `make {self.target}`.")
        return 1
