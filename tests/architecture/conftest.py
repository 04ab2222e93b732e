"""A copy of the tree, to break rules in."""

import os
import subprocess
import sys
from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest

ROOT = Path(__file__).parents[2]


class Tree:
    """A copy of the shop's code that may be spoilt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(self, path: str, text: str) -> None:
        with (self.folder / path).open("a") as file:
            file.write(f"\n{text}\n")

    def replace(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        before = file.read_text()
        assert old in before, f"{path} has no {old!r} any more"
        file.write_text(before.replace(old, new))

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DEBUG": "on", **variables}
        return subprocess.run(command, cwd=self.folder, env=env, check=False, capture_output=True, text=True)

    def check(self) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "manage.py", "check")

    def lint_imports(self) -> subprocess.CompletedProcess[str]:
        return self.run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache")

    def ruff(self) -> subprocess.CompletedProcess[str]:
        return self.run(str(Path(sys.executable).parent / "ruff"), "check", "--no-cache", "shop")


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    for name in ("shop", "config"):
        copytree(ROOT / name, tmp_path / name, ignore=ignore_patterns("__pycache__"))
    for name in ("manage.py", "pyproject.toml"):
        (tmp_path / name).write_text((ROOT / name).read_text())
    return Tree(tmp_path)


@pytest.fixture
def clean_tree() -> Tree:
    return Tree(ROOT)
