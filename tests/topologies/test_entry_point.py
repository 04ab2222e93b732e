"""``python -m config``: the one entry point of the image."""

import subprocess
import sys
from pathlib import Path

import pytest

from config.__main__ import PROGRAMS
from tests.acceptance.processes import ROOT
from tools.private_server import free_port


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "config", *arguments]
    return subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)


def test_help_names_every_command() -> None:
    output = run("--help").stdout

    for command in (*PROGRAMS, "probe"):
        assert f"  {command} " in output


def test_without_a_command_it_says_which_there_are() -> None:
    result = run()

    assert result.returncode == 2
    assert "  worker    carry events" in result.stderr


def test_an_unknown_command_is_refused() -> None:
    result = run("serve")

    assert result.returncode == 2
    assert "invalid choice: 'serve'" in result.stderr


@pytest.mark.parametrize("command", sorted(PROGRAMS))
def test_every_command_starts_a_program_that_is_there(command: str, tmp_path: Path) -> None:
    trial = {"DEBUG": "on", "DATA_DIR": str(tmp_path), "ENV_FILE": "", "BROKER_URL": "amqp://127.0.0.1:1"}

    result = run(command, "--help", **trial)

    assert result.returncode == 0, result.stderr
    assert "usage" in result.stdout.lower() or "manage.py" in result.stdout


@pytest.mark.parametrize("command", ["web", "worker", "beat", "rpc", "migrate", "manage check"])
def test_what_is_wrong_with_the_settings_is_said_in_a_line(command: str) -> None:
    result = run(*command.split(), ENV_FILE="", SECRET_KEY="x")

    assert result.returncode == 1
    assert "PUBLIC_URL is the address" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", ["worker", "beat"])
def test_without_a_broker_there_is_nothing_for_a_worker_to_do(command: str, tmp_path: Path) -> None:
    result = run(command, DEBUG="on", DATA_DIR=str(tmp_path), ENV_FILE="")

    assert result.returncode == 1
    assert "BROKER_URL is not set" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_probe_of_nobody_fails() -> None:
    assert run("probe", str(free_port()), "/livez").returncode == 1
