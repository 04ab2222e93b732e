"""What readers are told of the scenarios is true of those that there are."""

import os
import re
import subprocess
import sys

import pytest

from tests.acceptance.matrix import DOCUMENT, README, Matrix
from tests.acceptance.processes import ROOT

pytestmark = pytest.mark.postgresql  # the pass in which pytest finds all of them

ADVICE = "`make acceptance` writes it anew"


@pytest.fixture(scope="module")
def all_of_them() -> Matrix:
    """As if each had held."""
    collect = ["pytest", "tests/acceptance", "--collect-only", "-q", "-p", "no:xdist"]
    env = {**os.environ, "TOPOLOGIES": "all", "PYTEST_ADDOPTS": "", "WRITE": ""}
    done = subprocess.run(
        [sys.executable, "-m", *collect], cwd=ROOT, env=env, check=True, capture_output=True
    )
    return Matrix(dict.fromkeys(done.stdout.decode().splitlines(), True))


def test_every_scenario_and_topology_is_in_the_document_and_held(all_of_them: Matrix) -> None:
    assert DOCUMENT.read_text() == all_of_them.document(), ADVICE


def test_the_readme_has_its_summary(all_of_them: Matrix) -> None:
    assert all_of_them.summary() in README.read_text(), ADVICE


def test_one_failure_of_several_is_not_hidden_by_the_others() -> None:
    scenario = "tests/acceptance/test_selling.py::test_it_sells"
    held = {f"{scenario}[local-a]": True, f"{scenario}[local-b]": False, f"{scenario}[local-c]": True}

    matrix = Matrix(held)

    assert "| It sells | ✗ |" in matrix.details()
    assert re.search(r"\| 0, ✗ 1 \|$", matrix.summary(), re.MULTILINE)
    assert not matrix.holds
