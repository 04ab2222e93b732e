"""`protos/` is what callers in other languages were promised.

`python -m tools.protos` writes it anew, and refuses what would break them; with `--check` it only looks.
"""

import filecmp
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "protos"
BUF = Path(sys.executable).parent / "buf"
GENERATE = (sys.executable, "manage.py", "export_protos")
# Each may know a promise that the others have forgotten: one was edited, the other is a branch behind.
COMMITS = ("HEAD", "main", "origin/main")


def main(arguments: list[str]) -> int:
    with TemporaryDirectory() as folder:
        made = Path(folder, "made")
        shutil.copytree(FOLDER, made, ignore=shutil.ignore_patterns("*.proto"))
        if complaint := run(*GENERATE, made) or run(BUF, "lint", made) or broken(made):
            print(complaint)
            return 1
        if not differ(made):
            return 0
        if "--check" in arguments:
            print(f"{FOLDER.name}/ is not what the code says: `make protos` writes it anew.")
            return 1
        shutil.rmtree(FOLDER)
        shutil.copytree(made, FOLDER)
    return 0


def broken(made: Path) -> str:
    """What the contracts break of what is checked in, and of what was committed."""
    for promised in promises():
        if found := run(BUF, "breaking", made, "--against", promised):
            return (
                f"This breaks programs that call us:\n{found}\nFields are appended, with a default. For more "
                f"than that, publish another query beside the old one. {FOLDER.name}/buf.yaml tells how to "
                "part from what nobody calls."
            )
    return ""


def promises() -> Iterator[Path]:
    """Folders with a contract in them."""
    if any(FOLDER.rglob("*.proto")):
        yield FOLDER
    for commit in COMMITS:
        with committed(commit) as folder:
            if any(folder.rglob("*.proto")):
                yield folder


@contextmanager
def committed(commit: str) -> Iterator[Path]:
    """The folder as it is there; empty when there is no such commit, or no git."""
    with TemporaryDirectory() as folder:
        if kept := kept_in_git(commit):
            with tarfile.open(fileobj=BytesIO(kept)) as archive:
                archive.extractall(folder, filter="data")
        yield Path(folder, FOLDER.name)


def kept_in_git(commit: str) -> bytes:
    if not shutil.which("git"):
        return b""
    command = ("git", "archive", commit, FOLDER.name)
    return subprocess.run(command, check=False, capture_output=True, cwd=FOLDER.parent).stdout


def run(*command: str | Path) -> str:
    """What it complains of; nothing when all is well."""
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    return (done.stdout.strip() or f"{command[0]} failed") if done.returncode else ""


def differ(made: Path) -> bool:
    files = {str(one.relative_to(at)) for at in (made, FOLDER) for one in at.rglob("*") if one.is_file()}
    _, *others = filecmp.cmpfiles(made, FOLDER, files, shallow=False)
    return any(others)


if __name__ == "__main__":
    os.environ.setdefault("DEBUG", "on")
    sys.exit(main(sys.argv[1:]))
