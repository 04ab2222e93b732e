"""The health check of containers that serve no HTTP."""

import subprocess
import sys
from pathlib import Path

from tests.acceptance.processes import ROOT


def is_well(*files: Path, within: float = 2.5) -> bool:
    command = [sys.executable, "-m", "shop.building_blocks.telemetry.pulse", "--within", str(within)]
    done = subprocess.run([*command, *map(str, files)], cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode in {0, 1}, done.stderr
    assert bool(done.stderr.strip()) == bool(done.returncode)
    return done.returncode == 0
