"""``make up``: a topology on this machine, as a newcomer sees it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.acceptance.processes import ROOT, Process
from tests.support import eventually
from tools.private_server import free_port

NOT_OURS = {name: value for name, value in os.environ.items() if not name.endswith(("_URL", "DATABASE_URL"))}


def command(topology: str, port: int) -> list[str]:
    return [sys.executable, "-m", "tools.up", topology, "--port", str(port)]


@pytest.fixture
def monolith(tmp_path: Path) -> Iterator[Process]:
    port = free_port()
    process = Process(command("monolith", port), NOT_OURS, tmp_path / "log", port)
    try:
        yield process
    finally:
        if process.is_alive():
            process.tell(signal.SIGINT)
            process.wait()


def descendants(pid: int) -> set[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)
    pairs = (line.split() for line in listed.stdout.splitlines())
    parents = {int(child): int(parent) for child, parent in pairs}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pids: set[int]) -> set[int]:
    return {pid for pid in pids if Path(f"/proc/{pid}").exists()}


@pytest.mark.postgresql
def test_the_printed_command_works_and_one_interrupt_leaves_nothing_behind(monolith: Process) -> None:
    eventually(lambda: "Ctrl-C stops" in monolith.output.partition("Administrator")[2], seconds=120)
    create, look = re.findall(r"^curl (?:.*\\\n)*.*$", monolith.output, re.MULTILINE)

    def paste(line: str) -> str:
        return subprocess.run(["sh", "-c", line], check=True, capture_output=True, text=True).stdout

    *_, status = paste(create.replace("curl -s ", "curl -s -w '\\n%{http_code}' ", 1)).splitlines()
    assert status == "201"
    eventually(lambda: any(one["available"] == 12 for one in json.loads(paste(look))["items"]))

    assert "/metrics" not in monolith.output  # which the proxy keeps to itself
    with pytest.raises(requests.ConnectionError):  # to whoever is not on this machine
        requests.get(f"http://127.0.0.2:{monolith.port}", timeout=5)

    started = descendants(monolith.pid)
    monolith.tell(signal.SIGINT)

    assert monolith.wait() == 0
    assert not re.search(r"ERROR|Warning|Traceback", monolith.output)  # or newcomers think that it is broken
    eventually(lambda: not alive(started), seconds=10)  # what RabbitMQ itself started goes a moment after it


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["nonsense"], "TOPOLOGY: invalid choice: 'nonsense' (choose from 'monolith', 'services')"),
        (["monolith", "--port", "70000"], "--port: invalid port value: '70000'"),
    ],
)
def test_what_cannot_be_started_gets_the_line_that_make_takes(arguments: list[str], complaint: str) -> None:
    command = [sys.executable, "-m", "tools.up", *arguments]
    result = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)

    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "usage: make up TOPOLOGY=monolith|services PORT=8000",
        f"make up: error: argument {complaint}",
    ]


def test_a_taken_port_gets_a_line_that_says_what_to_do() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = subprocess.run(
            command("monolith", port), cwd=ROOT, check=False, capture_output=True, text=True
        )

    assert result.returncode == 1
    advice = rf"Port {port} cannot be used: .*\. Choose another one: make up PORT=\d+"
    assert re.fullmatch(advice, result.stderr.strip())
