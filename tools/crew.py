"""The processes of a topology under honcho, and the words of welcome once all of them serve."""

import shlex
import signal
import subprocess
import time
from threading import Thread

import honcho.manager
import requests
from honcho.printer import Printer

from tools.apt import say
from tools.local_processes import Here

READY_WITHIN = 180.0
STOPPED = (128 + signal.SIGINT, 128 + signal.SIGTERM)
"""Honcho's return codes when it was told to stop."""
honcho.manager.KILL_WAIT = 30  # seconds: requests and events in hand are finished first


class Crew(honcho.manager.Manager):
    """One that ends, ends all."""

    def __init__(self, here: Here) -> None:
        super().__init__(Printer(time_format=""))  # the lines have times of their own
        self._here = here
        for process in here.processes():
            self.add_process(process.name, f"exec {shlex.join(process.command)}", env=process.env)

    def work(self) -> int:
        """Return when the last one has ended: 0 after a Ctrl-C, else what the first one ended with."""
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup
            signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
        self.loop()
        if self.returncode in STOPPED:
            return 0
        code = int(self.returncode or 1)
        return code if code > 0 else 128 - code

    def _start(self) -> None:
        super()._start()
        Thread(target=self._welcome, daemon=True).start()

    # Honcho stumbles over a Ctrl-C before it knows each pid. So it is heeded a moment later, by the loop.
    def terminate(self) -> None:
        if self._all_started():
            super().terminate()

    def _any_stopped(self) -> bool:
        return self.returncode is not None or super()._any_stopped()

    def _welcome(self) -> None:
        missing = [*self._here.addresses(), self._here.url]  # the proxy last: without them it only complains
        deadline = time.monotonic() + READY_WITHIN
        while missing and time.monotonic() < deadline and self.returncode is None:
            if is_ready(missing[0]):
                missing.pop(0)
            else:
                time.sleep(0.2)
        if self.returncode is not None:
            return
        if missing:
            say(f"{missing[0]} is not ready after {READY_WITHIN:.0f} seconds. See above for the reason.")
            return
        command, env = self._here.manage("welcome", self._here.url)
        done = subprocess.run(command, env=env, check=False, stdout=subprocess.PIPE, text=True)
        say(done.stdout)


def is_ready(url: str) -> bool:
    try:
        return requests.get(f"{url}/readyz", timeout=5).ok
    except requests.RequestException:
        return False
