"""Whatever is sent, the answer is one that the document promises."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.shops import Shop

CONFIGURATION = Path(__file__).with_name("schemathesis.toml")
FUZZ = os.environ.get("FUZZ", "")
"""By `make fuzz`: how many examples of each operation in each phase, other ones each time."""
EXAMPLES = ["--max-examples", FUZZ] if FUZZ else ["--max-examples", "8", "--generation-deterministic"]

pytestmark = [pytest.mark.postgresql, pytest.mark.topologies("monolith")]


def test_requests_made_from_the_document_are_answered_as_it_says(shop: Shop, tmp_path: Path) -> None:
    """Examples, limits, random requests, and chains of them; no 5xx, nothing undocumented."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", CONFIGURATION, "run"),
            f"{shop.url}/openapi.json",
            *("--header", f"Authorization: Bearer {shop.log_in()}"),
            *("--checks", "all", "--phases", "examples,coverage,fuzzing,stateful"),
            *("--no-color", "--suppress-health-check", "all", *EXAMPLES),
        ],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    print(done.stdout[done.stdout.rfind("= SUMMARY") :])  # noqa: T201  for `make fuzz`

    assert done.returncode == 0, done.stdout
