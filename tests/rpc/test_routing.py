"""A web process asks another one by the same line as within it, and needs no more than an address."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.acceptance.processes import ROOT, Process
from tests.rpc.processes import ENV, Oracle
from tests.support import eventually
from tools.private_server import free_port

# What a process is before its first question: gRPC starts threads, and those do not survive a fork.
QUIET = """
import os, sys, django
django.setup()
from django.urls import get_resolver
get_resolver().url_patterns
print("grpc" in sys.modules, len(os.listdir("/proc/self/task")))
"""
ASK = """
import django
django.setup()
from shop.building_blocks.mediator import send
from tests.rpc.oracle.contracts import EchoText
print(send(EchoText(text="Hello?")))
"""


def run(folder: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = ENV | {"RUNS": "asker", "DATA_DIR": str(folder)} | variables
    return subprocess.run(
        [sys.executable, *command], env=env, cwd=ROOT, check=False, capture_output=True, text=True
    )


class Asker:
    """gunicorn with two workers of four threads, which were forked after the shop was loaded."""

    def __init__(self, folder: Path, target: str) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        env = ENV | {"RUNS": "asker", "DATA_DIR": str(folder), "ORACLE_RPC_TARGET": target}
        serve = ["gunicorn", "-b", self.url.removeprefix("http://"), "-k", "gthread", "-w", "2"]
        serve += ["--threads", "4", "--preload", "tests.rpc.wsgi"]
        self.process = Process([sys.executable, "-m", *serve], env, folder / "asker.log")
        eventually(lambda: self.process.output.count("Booting worker") == 2)

    def ask(self, text: str) -> requests.Response:
        return requests.get(f"{self.url}/echo/{text}", timeout=20)


@pytest.fixture
def asker(tmp_path: Path, oracle: Oracle) -> Iterator[Asker]:
    running = Asker(tmp_path, oracle.target)
    yield running
    running.process.kill()


def test_each_of_many_who_ask_at_once_gets_the_answer_to_its_own_question(asker: Asker) -> None:
    texts = [f"question-{number}" for number in range(200)]

    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(asker.ask, texts))

    assert [answer.json() for answer in answers] == texts
    assert {answer.status_code for answer in answers} == {200}


def test_while_nobody_answers_callers_are_told_to_come_back_and_then_they_are_answered(
    tmp_path: Path,
) -> None:
    port = free_port()
    asker = Asker(tmp_path, f"127.0.0.1:{port}")
    started: list[Oracle] = []
    try:
        refused = asker.ask("Hello?")
        assert refused.status_code == 503
        assert refused.headers["Retry-After"] == "1"
        assert refused.headers["Content-Type"] == "application/problem+json"
        assert refused.json()["type"] == "urn:shop:problem:unavailable"
        assert refused.json()["detail"] == "The oracle cannot be asked at the moment."

        started.append(Oracle(tmp_path, port=port))
        eventually(lambda: asker.ask("Hello!").status_code == 200)
    finally:
        asker.process.kill()
        for oracle in started:
            oracle.end()


def test_who_asks_somebody_without_an_address_is_told_at_the_start(tmp_path: Path) -> None:
    unknown = run(tmp_path, "manage.py", "check")
    known = run(tmp_path, "manage.py", "check", ORACLE_RPC_TARGET="127.0.0.1:1")

    assert unknown.returncode == 1
    assert "(shop.E021) asker asks the oracle, which does not run here and has no address." in unknown.stderr
    assert "HINT: Set ORACLE_RPC_TARGET, or have oracle run here, too." in unknown.stderr
    assert known.returncode == 0, known.stderr


def test_a_question_without_an_address_is_refused_and_the_log_says_what_to_set(tmp_path: Path) -> None:
    asked = run(tmp_path, "-c", ASK)

    assert "Unavailable: The oracle cannot be asked at the moment." in asked.stderr
    assert "Set ORACLE_RPC_TARGET" in asked.stderr


def test_a_process_has_no_thread_of_grpc_before_its_first_question(tmp_path: Path) -> None:
    asker = run(tmp_path, "-c", QUIET, ORACLE_RPC_TARGET="127.0.0.1:1")

    assert asker.stdout.split() == ["True", "1"], asker.stderr


def test_where_all_modules_run_nobody_waits_for_grpc_to_be_imported(tmp_path: Path) -> None:
    shop = run(tmp_path, "-c", QUIET, DJANGO_SETTINGS_MODULE="config.settings")

    assert shop.stdout.split() == ["False", "1"], shop.stderr
