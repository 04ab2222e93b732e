"""`docs/openapi.yaml` is what callers were promised.

`python -m tools.openapi` writes it anew, and refuses what would break them; with `--check` it only looks.
"""

import os
import subprocess
import sys
from pathlib import Path

import yaml

from tools.breaking import breaking_changes

DOCUMENT = Path(__file__).parent.parent / "docs" / "openapi.yaml"
GENERATE = (sys.executable, "manage.py", "spectacular", "--validate", "--fail-on-warn")


def main(arguments: list[str]) -> int:
    promised = DOCUMENT.read_text() if DOCUMENT.exists() else ""
    made = subprocess.run(GENERATE, check=False, capture_output=True, text=True)
    if made.returncode:
        print(made.stderr)
        return 1
    if promised and (broken := breaking_changes(yaml.safe_load(promised), yaml.safe_load(made.stdout))):
        return refuse(broken)
    if "--check" in arguments and made.stdout != promised:
        print(f"{DOCUMENT.name} is not what the code says: `make openapi` writes it anew.")
        return 1
    DOCUMENT.write_text(made.stdout)
    return 0


def refuse(broken: list[str]) -> int:
    print("This breaks programs that call us:", *broken, sep="\n- ")
    print("If it is meant, raise the first number of VERSION in SPECTACULAR_SETTINGS; then `make openapi`.")
    return 1


if __name__ == "__main__":
    os.environ.setdefault("DEBUG", "on")
    sys.exit(main(sys.argv[1:]))
