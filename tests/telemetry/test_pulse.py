"""A file is touched for as long as there is work done."""

import subprocess
import sys
from pathlib import Path
from threading import Event

from shop.building_blocks.telemetry.pulse import beating
from tests.acceptance.processes import ROOT
from tests.support import eventually
from tests.telemetry.health import is_well


def test_who_has_not_begun_is_not_well(tmp_path: Path) -> None:
    assert not is_well(tmp_path / "worker")


def test_who_works_is_well_and_who_says_no_or_nothing_is_not(tmp_path: Path) -> None:
    answers, go_on = [True, False], Event()

    def at_work() -> bool:
        return answers.pop(0) if answers else go_on.wait(20)

    with beating(str(tmp_path / "health"), "worker", at_work):
        file = tmp_path / "health/worker"
        eventually(lambda: is_well(file))
        eventually(lambda: not is_well(file, within=0.5))
        go_on.set()
        eventually(lambda: is_well(file, within=1.5))
        assert not is_well(file, tmp_path / "health/beat")


def test_nobody_needs_a_folder(tmp_path: Path) -> None:
    with beating("", "worker", lambda: True):
        assert list(tmp_path.iterdir()) == []


def test_to_ask_costs_no_start_of_django() -> None:
    script = "import sys, shop.building_blocks.telemetry.pulse; sys.exit('django' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
