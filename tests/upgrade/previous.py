"""The previous version of the shop: what runs in production while the present one is rolled out."""

import subprocess
from contextlib import suppress
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.processes import PRESENT, ROOT, Version

COMMIT = Path(__file__).with_name("PREVIOUS").read_text().strip()
"""Moved on at each release, to the commit that then runs in production: docs/upgrades.md."""

_TREES = ROOT / "var" / "previous"
_LOCK = Path("requirements", "base.txt")


def previous_version() -> Version:
    """Its tree, kept for the next run as a commit does not change, and a Python for it.

    Skips the test where the commit is not: in a shallow clone, and in an export without history.
    """
    if which("git") and _git("rev-parse", "--verify", "--quiet", f"{COMMIT}^{{commit}}").returncode == 0:
        tree = _tree()
        return Version(tree, _python(tree))
    pytest.skip(f"the previous version, {COMMIT}, is not in the history that is here: git fetch --unshallow")


def _tree() -> Path:
    """Renamed into its place when it is complete, by whoever of several test runs is first."""
    tree = _TREES / COMMIT
    if not tree.exists():
        _TREES.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=_TREES) as folder:
            new = Path(folder, "tree")
            new.mkdir()
            _run("git", "archive", "--output", f"{folder}/tree.tar", COMMIT, cwd=ROOT)
            _run("tar", "-xf", f"{folder}/tree.tar", cwd=new)
            with suppress(OSError):
                new.rename(tree)
    return tree


def _python(tree: Path) -> str:
    """Ours, unless it was made for other packages."""
    if (tree / _LOCK).read_bytes() == (ROOT / _LOCK).read_bytes():
        return PRESENT.python
    _run(PRESENT.python, "tools/bootstrap.py", "base", cwd=tree)
    return str(tree / ".venv/bin/python")


def _git(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(["git", *arguments], cwd=ROOT, check=False, capture_output=True, text=True)


def _run(*command: str, cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or done.stdout
