"""Several processes, one set of numbers."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import requests

from shop.building_blocks.telemetry.metrics.processes import Counted, Slots
from tests.acceptance.processes import Process, address, web
from tests.support import eventually
from tests.telemetry.numbers import TOKEN, Numbers
from tools.private_server import free_port

REQUESTS = "http_server_request_duration_seconds_count"


class Web:
    """gunicorn with two workers, which answer 404 and need no database for it."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.folder, self.url = folder, address(port := free_port())
        env = {
            "PATH": os.environ["PATH"],
            "ENV_FILE": "",
            "DEBUG": "on",
            "DATA_DIR": str(folder / "data"),
            "TMPDIR": str(folder),
            "METRICS_TOKEN": TOKEN,
            **more,
        }
        self.process = Process(web(port).arguments, env, folder / "log")
        eventually(self._is_up, seconds=60)

    def _is_up(self) -> bool:
        assert self.process.is_alive(), self.process.output
        try:
            return self.numbers().of("shop_web_workers") == 2
        except requests.RequestException:
            return False

    def numbers(self) -> Numbers:
        """Of whichever worker takes the connection."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return Numbers(requests.get(f"{self.url}/metrics", headers=headers, timeout=10).text)

    def ask(self, times: int) -> None:
        for _ in range(times):
            requests.get(f"{self.url}/api/v1/nothing", timeout=10)

    def workers(self) -> list[int]:
        """By process id, the longest-serving first."""
        master = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]

    def kill_a_worker(self) -> None:
        pid = self.workers()[0]
        os.kill(pid, signal.SIGKILL)
        eventually(lambda: not Path(f"/proc/{pid}").exists())

    def files(self) -> set[str]:
        return {file.name for file in self.folder.glob("shop-metrics-*/*")}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Web]:
    server = Web(tmp_path)
    yield server
    if server.process.is_alive():
        server.process.kill()


def test_whichever_worker_is_asked_tells_of_all_also_of_one_that_was_killed(server: Web) -> None:
    server.ask(100)

    assert {server.numbers().of(REQUESTS) for _ in range(10)} == {100}
    files = server.files()
    assert {"histogram_0.db", "histogram_1.db"} <= files

    server.kill_a_worker()
    eventually(lambda: server.numbers().of("shop_web_workers") == 2)
    server.ask(100)

    assert {server.numbers().of(REQUESTS) for _ in range(10)} == {200}
    assert server.numbers().of("shop_web_threads") == 8
    assert server.files() == files


def test_a_worker_that_is_just_beginning_to_count_is_in_the_way_of_nobody(server: Web) -> None:
    """Its files are there a moment before anything is in them."""
    (folder,) = server.folder.glob("shop-metrics-*")
    for name in ("counter_7.db", "gauge_livesum_7.db"):
        (folder / name).touch()
    server.ask(10)

    assert server.numbers().of(REQUESTS) == 10


def test_the_files_go_with_the_process(server: Web) -> None:
    server.process.tell(signal.SIGTERM)

    assert server.process.wait() == 0
    assert server.files() == set()


def take_and_die(folder: Path) -> int:
    slots = Slots(folder)
    number = slots()
    assert slots._file
    slots._file.close()
    return number


def test_a_slot_that_is_free_is_taken_also_while_somebody_reads(tmp_path: Path) -> None:
    """Who reads looks whether the holder of each slot has died."""
    over = Event()

    def read() -> None:
        while not over.is_set():
            list(Counted(tmp_path).collect())

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            taken = {take_and_die(tmp_path) for _ in range(500)}
        finally:
            over.set()

    assert taken == {0}
    assert [reader.result() for reader in readers] == [None, None]
