"""Which scenario held on which topology, as tables that readers can be shown."""

import ast
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.acceptance.processes import ROOT
from tests.acceptance.topologies import TOPOLOGIES

README, DOCUMENT = ROOT / "README.md", ROOT / "docs/acceptance.md"
HELD, FAILED = "✓", "✗"
_HEAD = """\
# Which scenario holds where

Written by `make acceptance`, which runs each scenario on each topology that it is about: see
[topologies](topologies.md). A test fails when one is missing here.
"""
_SCENARIO = re.compile(r"(?P<file>tests/acceptance/\w+\.py)::test_(?P<name>\w+)\[(?P<parameters>.+)\]")
_SUMMARY = re.compile(r"^\| scenarios \|.*?(?=\n\n)", re.MULTILINE | re.DOTALL)

Signs = dict[str, dict[str, str]]
"""By scenario and topology."""


class Matrix:
    """Of pytest's ids, each with whether it held; those without a topology are left out."""

    def __init__(self, held: Mapping[str, bool]) -> None:
        self._files: dict[str, Signs] = {}
        for nodeid, did_hold in sorted(held.items()):
            found = _SCENARIO.fullmatch(nodeid)
            if found and (topology := _topology(found["parameters"])):
                signs = self._files.setdefault(found["file"], {}).setdefault(_sentence(found["name"]), {})
                # Several of one scenario, with other parameters, hold together or not at all.
                signs[topology] = HELD if did_hold and signs.get(topology) != FAILED else FAILED

    def __bool__(self) -> bool:
        return bool(self._files)

    @property
    def holds(self) -> bool:
        return FAILED not in self.details()

    def summary(self) -> str:
        """A line for each file, and how many of its scenarios held."""
        rows = {f"[{_title(file)}]({file})": self._counts(file) for file in self._files}
        return _table("scenarios", self._ran(), rows)

    def details(self) -> str:
        """A table for each file."""
        tables = (_table(_title(file), self._ran(), signs) for file, signs in self._files.items())
        return "\n\n".join(tables)

    def write(self) -> None:
        DOCUMENT.write_text(self.document())
        README.write_text(_SUMMARY.sub(self.summary().replace("\\", r"\\"), README.read_text()))

    def document(self) -> str:
        return f"{_HEAD}\n{self.details()}\n"

    def _ran(self) -> list[str]:
        known = {name for signs in self._files.values() for one in signs.values() for name in one}
        return [name for name in TOPOLOGIES if name in known]

    def _counts(self, file: str) -> dict[str, str]:
        def count(topology: str) -> str:
            signs = [one[topology] for one in self._files[file].values() if topology in one]
            failed = f", {FAILED} {signs.count(FAILED)}" if FAILED in signs else ""
            return f"{signs.count(HELD)}{failed}" if signs else "-"

        return {topology: count(topology) for topology in self._ran()}


def _sentence(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _title(file: str) -> str:
    """The first sentence of the file's docstring."""
    docstring = ast.get_docstring(ast.parse(Path(ROOT, file).read_text())) or file
    return docstring.splitlines()[0].removesuffix(".").replace("``", "`")


def _topology(parameters: str) -> str | None:
    """Beside it there may be parameters of the scenario's own; None where it has no topology."""
    return next((name for name in TOPOLOGIES if name in parameters.split("-")), None)


def _table(corner: str, columns: list[str], rows: Signs) -> str:
    def lines() -> Iterable[str]:
        yield f"| {corner} | {' | '.join(columns)} |"
        yield f"|---|{':-:|' * len(columns)}"
        for title, cells in rows.items():
            yield f"| {title} | {' | '.join(cells.get(column, '-') for column in columns)} |"

    return "\n".join(lines())
