"""The threads that answer, and whether they get on."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any


class Threads(ThreadPoolExecutor):
    def __init__(self, count: int) -> None:
        super().__init__(count, thread_name_prefix="rpc")
        self._something_ended = Event()
        self._probe: Future[bool] | None = None

    def submit(self, work: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(work, *args, **kwargs)
        future.add_done_callback(lambda _: self._something_ended.set())
        return future

    def are_well(self) -> bool:
        """Whether one of them ends what it does; does not return while none does.

        Who has a lot to do is well: a probe that waits for its turn behind questions is not asked for more.
        """
        self._something_ended.clear()
        if self._probe is None or self._probe.done():
            self._probe = self.submit(bool, True)
        return self._something_ended.wait()
