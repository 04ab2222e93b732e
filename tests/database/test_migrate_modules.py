"""``migrate_modules`` from nothing, as a deployment runs it."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.acceptance.processes import ROOT


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "ENV_FILE": "", "DEBUG": "on", "DATA_DIR": str(folder)}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)


def test_tells_what_is_missing_makes_it_and_is_content(tmp_path: Path) -> None:
    assert manage(tmp_path, "migrate_modules", "--check").returncode == 1

    assert manage(tmp_path, "migrate_modules").returncode == 0

    assert manage(tmp_path, "migrate_modules", "--check").returncode == 0
    with sqlite3.connect(tmp_path / "inventory.sqlite3") as inventory:
        tables = {
            name for (name,) in inventory.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
    assert "inventory_stock" in tables
    assert not {table for table in tables if table.startswith(("catalog", "identity", "auth"))}
