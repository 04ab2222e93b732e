"""A gRPC server shows that a thread of its would take a call."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.rpc.oracle.contracts import Wait
from tests.rpc.processes import METADATA, ORACLE, Oracle
from tests.support import eventually
from tests.telemetry.health import is_well


def test_it_is_not_well_while_it_is_stopped_or_no_thread_is_free(tmp_path: Path) -> None:
    file = tmp_path / "health/rpc"
    oracle = Oracle(tmp_path, threads=1, HEALTH_DIR=str(file.parent))
    try:
        eventually(lambda: is_well(file))

        oracle.process.tell(signal.SIGSTOP)
        eventually(lambda: not is_well(file))
        oracle.process.tell(signal.SIGCONT)
        eventually(lambda: is_well(file))

        question = ORACLE.questions[Wait]
        with oracle.method(question.path) as method, ThreadPoolExecutor(1) as pool:
            asked = pool.submit(method, question.write(Wait(seconds=4, mark="busy")), 10, METADATA)
            eventually(lambda: not is_well(file, within=1.5))
            asked.result()
        eventually(lambda: is_well(file))
    finally:
        oracle.end()
